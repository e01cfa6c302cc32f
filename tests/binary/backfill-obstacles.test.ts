import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { untilItWaits } from "../support/idle.ts";
import { shell } from "../support/shell.ts";
import { integrity, rows } from "../support/stored.ts";
import { needs } from "../support/tools.ts";
import { UNPRIVILEGED, UNPRIVILEGED_TOOLS } from "../support/unprivileged.ts";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  mkdirSync(folder(), { recursive: true });
});
afterEach(() => box[Symbol.dispose]());

const folder = () => `${box.folder}/.claude/projects/-w`;
const idOf = (nth: number) => `00000000-0000-4000-8000-${String(nth).padStart(12, "0")}`;
const pathOf = (session: number) => `${folder()}/${idOf(session)}.jsonl`;

/** A prompt as a line of a transcript. */
function said(session: number, nth: number, content = `prompt ${session} ${nth}`): string {
  return `${JSON.stringify({
    type: "user",
    uuid: `u-${session}-${nth}`,
    timestamp: new Date(Date.UTC(2026, 9, 1) + nth * 1000).toISOString(),
    sessionId: idOf(session),
    cwd: "/w",
    message: { content },
  })}\n`;
}

function write(session: number, prompts: number, chars = 0): void {
  const lines = Array.from({ length: prompts }, (_, nth) =>
    said(session, nth, `prompt ${session} ${nth} ${"x".repeat(chars)}`.trim()),
  );
  writeFileSync(pathOf(session), lines.join(""));
}

interface Report {
  readonly sessions: number;
  readonly events: number;
  readonly passed_over: number;
  readonly problems: readonly string[];
}

async function backfill(): Promise<Report> {
  const { code, out } = await box.mm(["backfill", "claude", "--json"]);
  expect(code).toBe(0);
  return JSON.parse(out).agents[0];
}

const prompts = () =>
  rows<{ content: string }>(
    box,
    "SELECT content FROM session_events WHERE event_type = 'prompt' ORDER BY content",
  ).map(({ content }) => content);
const different = () => new Set(prompts()).size;

needs("unshare")("what was read before the disk was full stays, and the rest follows", async () => {
  for (let session = 0; session < 40; session++) write(session, 50, 400);
  mkdirSync(`${box.folder}/disk`);
  const script = `mount -t tmpfs -o size=900k tmpfs disk && MM_HOME="$PWD/disk/home" && export MM_HOME
    "$MM" backfill claude; echo $?; cp -R disk/home home`;
  const { out, err } = await shell(box, `unshare -rm sh -c '${script}'`);
  expect(out.trim()).toBe("1");
  expect(err).toContain("disk");
  expect(integrity(box)).toBe("ok");
  const kept = different();
  expect(kept).toBeGreaterThan(100);
  expect(kept).toBeLessThan(2000);
  expect(prompts()).toHaveLength(kept);
  await backfill();
  expect({ all: prompts().length, different: different() }).toEqual({ all: 2000, different: 2000 });
});

needs(...UNPRIVILEGED_TOOLS)(
  "a file that may not be read is named, and the others are read",
  async () => {
    write(1, 3);
    write(2, 3);
    const others = `${box.folder}/.local/share/opencode`;
    mkdirSync(others, { recursive: true });
    writeFileSync(`${others}/opencode.db`, "no database ".repeat(500));
    chmodSync(pathOf(1), 0);
    const { code, out } = await shell(
      box,
      `${UNPRIVILEGED.join(" ")} "$MM" backfill claude opencode --json`,
    );
    const [report, database] = (JSON.parse(out) as { agents: Report[] }).agents;
    expect({ code, report }).toMatchObject({
      code: 0,
      report: { read: 1, sessions: 1, events: 3 },
    });
    expect(report?.problems).toEqual([`${pathOf(1)}: permission denied`]);
    expect(database).toMatchObject({
      read: 0,
      problems: [`${others}/opencode.db: it is no database`],
    });
    chmodSync(pathOf(1), 0o600);
    expect(await backfill()).toMatchObject({ sessions: 1, events: 3, problems: [] });
  },
);

needs(...UNPRIVILEGED_TOOLS)(
  "a folder that may not be read is named, and nothing is said to have been read",
  async () => {
    write(1, 3);
    const closed = [folder(), `${box.folder}/.codex`, `${box.folder}/.gemini/tmp/shop`];
    for (const path of closed) mkdirSync(path, { recursive: true });
    for (const path of closed) chmodSync(path, 0);
    const { code, out, err } = await shell(box, `${UNPRIVILEGED.join(" ")} "$MM" backfill`);
    for (const path of closed) chmodSync(path, 0o700);
    expect({ code, out }).toEqual({ code: 0, out: "No transcript was read.\n" });
    expect(err).toContain(`claude: not read: ${folder()}: permission denied`);
    expect(err).toContain(`codex: not read: ${box.folder}/.codex/sessions: permission denied`);
    expect(err).toContain(`gemini: not read: ${box.folder}/.gemini/tmp/shop: permission denied`);
  },
);

test("a file that grows while it is read is read to its end, each line once", async () => {
  write(1, 2000);
  const child = box.spawn(["backfill", "claude"]);
  let nth = 2000;
  const end = child.exited.then(() => true);
  while (!(await Promise.race([end, Bun.sleep(1).then(() => false)]))) {
    const line = said(1, nth++);
    appendFileSync(pathOf(1), line.slice(0, 20));
    appendFileSync(pathOf(1), line.slice(20));
  }
  expect(nth).toBeGreaterThan(2000);
  await backfill();
  expect({ all: prompts().length, different: different() }).toEqual({ all: nth, different: nth });
});

test("what another one has read meanwhile isn't read again, and is told", async () => {
  write(1, 3);
  await backfill();
  // What is stored by itself, before the next one is looked at.
  write(2, 600);
  write(3, 3);
  // Another one, to a database of its own, from which it is copied.
  const other = `${box.folder}/other`;
  await box.mm(["backfill", "claude"], { env: { MM_HOME: other } });
  const holder = new Database(box.database, { readwrite: true });
  holder.run(`ATTACH '${other}/memtomem.db' AS other`);
  holder.run("BEGIN IMMEDIATE");
  const child = box.spawn(["backfill", "claude"]);
  await untilItWaits(child);
  holder.run("INSERT INTO mm_transcripts SELECT * FROM other.mm_transcripts WHERE path = ?", [
    pathOf(3),
  ]);
  holder.run("COMMIT");
  holder.close();
  const { code, out } = await box.outcome(child);
  expect(code).toBe(0);
  expect(out).toMatch(/^Claude Code +1 /mu);
  expect(out).toContain("Another mm has read one of these transcripts meanwhile.");
});

test("what its agent deletes before it is read is no problem", async () => {
  write(1, 3);
  await backfill();
  // What is stored by itself, before the next one is looked at.
  write(2, 600);
  write(3, 3);
  const holder = new Database(box.database, { readwrite: true });
  holder.run("BEGIN IMMEDIATE");
  const child = box.spawn(["backfill", "claude", "--json"]);
  await untilItWaits(child);
  rmSync(pathOf(3));
  holder.run("ROLLBACK");
  holder.close();
  const { code, out, err } = await box.outcome(child);
  expect({ code, err, report: JSON.parse(out).agents[0] }).toMatchObject({
    code: 0,
    err: "",
    report: { read: 1, sessions: 1, events: 600, problems: [] },
  });
});

test("what Ctrl-C ends goes on the next time", async () => {
  write(1, 600);
  await backfill();
  write(2, 600);
  const holder = new Database(box.database, { readwrite: true });
  holder.run("BEGIN IMMEDIATE");
  const child = box.spawn(["backfill", "claude"]);
  await untilItWaits(child);
  child.kill("SIGINT");
  await child.exited;
  expect(child.signalCode).toBe("SIGINT");
  holder.run("ROLLBACK");
  holder.close();
  expect({ all: prompts().length, integrity: integrity(box) }).toEqual({
    all: 600,
    integrity: "ok",
  });
  await backfill();
  expect({ all: prompts().length, different: different() }).toEqual({ all: 1200, different: 1200 });
});

test("a line of 100 MB is passed over, and what follows is read", async () => {
  const file = openSync(pathOf(1), "w");
  writeSync(file, said(1, 0));
  writeSync(file, '{"type":"user","message":{"content":"');
  const piece = Buffer.alloc(1024 * 1024, "x");
  for (let mb = 0; mb < 100; mb++) writeSync(file, piece);
  writeSync(file, `"}}\n${said(1, 1)}`);
  closeSync(file);
  expect(await backfill()).toMatchObject({ sessions: 1, events: 2, passed_over: 1, problems: [] });
});

test("15,000 files, of which a few are recent", async () => {
  for (let project = 0; project < 15; project++) {
    const place = `${box.folder}/.claude/projects/-p${project}`;
    mkdirSync(place);
    for (let nth = 0; nth < 1000; nth++) {
      const path = `${place}/${idOf(project * 1000 + nth)}.jsonl`;
      writeFileSync(path, said(project * 1000 + nth, 0));
      if (nth > 0) utimesSync(path, 1_760_000_000, 1_760_000_000);
    }
  }
  const report = async (...words: string[]) => {
    const { out } = await box.mm(["backfill", "claude", "--json", ...words]);
    return JSON.parse(out).agents[0];
  };
  expect(await report("--dry-run")).toMatchObject({ transcripts: 15_000, read: 15_000 });
  expect(await report("--since", "1d")).toMatchObject({ read: 15, sessions: 15, events: 15 });
  expect(await report("--since", "1d")).toMatchObject({ read: 0, sessions: 0 });
});

/** OpenCode's own tables, as far as they are read. */
function opencode(change: string): Database {
  const place = `${box.folder}/.local/share/opencode`;
  mkdirSync(place, { recursive: true });
  const db = new Database(`${place}/opencode.db`, { create: true });
  db.run(`CREATE TABLE session (id TEXT, parent_id TEXT, directory TEXT, title TEXT, version TEXT,
      time_created INTEGER, time_updated INTEGER);
    CREATE TABLE message (id TEXT, session_id TEXT, time_created INTEGER, data TEXT);
    CREATE TABLE part (id TEXT, message_id TEXT, session_id TEXT, time_created INTEGER, data TEXT);
    INSERT INTO session VALUES ('ses_1', NULL, '/w', 'A title', '9.9', 1760000000000, 1760000001000);
    INSERT INTO message VALUES ('msg_1', 'ses_1', 1760000000500, '{"role":"user"}');
    INSERT INTO part VALUES ('prt_1', 'msg_1', 'ses_1', 1760000000500, '{"type":"text","text":"hello there"}');
    ${change}`);
  return db;
}

async function ofOpencode(): Promise<Report> {
  const { code, out } = await box.mm(["backfill", "opencode", "--json"]);
  expect(code).toBe(0);
  return JSON.parse(out).agents[0];
}

test("a database of OpenCode that is locked is named, and read the next time", async () => {
  const db = opencode("BEGIN EXCLUSIVE");
  expect((await ofOpencode()).problems).toEqual([
    expect.stringContaining("opencode.db: it is locked"),
  ]);
  db.run("COMMIT");
  db.close();
  expect(await ofOpencode()).toMatchObject({ sessions: 1, events: 1, problems: [] });
});

test("one with columns of tomorrow is read, and one without those of today is named", async () => {
  opencode("ALTER TABLE session ADD COLUMN mood TEXT").close();
  expect(await ofOpencode()).toMatchObject({ sessions: 1, events: 1, problems: [] });
  const place = `${box.folder}/.local/share/opencode`;
  rmSync(place, { recursive: true });
  opencode("ALTER TABLE session RENAME COLUMN time_updated TO changed").close();
  expect((await ofOpencode()).problems).toEqual([
    expect.stringContaining("opencode.db: its tables are not those that mm knows"),
  ]);
  expect(rows<object>(box, "SELECT 1 FROM sessions")).toHaveLength(1);
});
