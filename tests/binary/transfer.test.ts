import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { exec, integrity, leftovers, rows } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

const SESSIONS = 2000;
const EVENTS = 4;

/** A home full of sessions, and its export; made once and not changed. */
let full: Sandbox;
let file: string;
beforeAll(async () => {
  full = new Sandbox();
  file = `${full.folder}/all.jsonl`;
  await fill(full);
  expect((await full.mm(["session", "export", "--all", "-o", file])).code).toBe(0);
});
afterAll(() => full[Symbol.dispose]());

async function fill(box: Sandbox): Promise<void> {
  await box.mm(["session", "start"]);
  exec(
    box,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${SESSIONS})
     INSERT INTO sessions (id, agent_id, started_at, ended_at, metadata)
     SELECT printf('%08d-0000-4000-8000-000000000000', i), 'a', '2026-01-01T00:00:00+00:00',
       '2026-01-01T00:00:01+00:00', json_object('title', 'the ' || i || 'th') FROM n`,
  );
  exec(
    box,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
     INSERT INTO session_events (session_id, event_type, content, created_at)
     SELECT id, 'note', id || ' ' || i, started_at FROM sessions, n ORDER BY id, i`,
  );
}

const SAME_SESSIONS = "SELECT * FROM sessions ORDER BY id";
const SAME_EVENTS =
  "SELECT session_id, event_type, content, chunk_ids, created_at, metadata FROM session_events ORDER BY session_id, id";

/** Kills an import later and later, until it survives. @returns how many sessions were there after each kill */
async function importKilled(box: Sandbox): Promise<number[]> {
  const counts: number[] = [];
  for (let ms = 60; ; ms = Math.round(ms * 1.25)) {
    const child = box.spawn(["session", "import", file]);
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    await child.exited;
    clearTimeout(timer);
    if (child.signalCode === null) return counts;
    counts.push(...(await partly(box)));
  }
}

test("an import that is killed again and again ends up with equal rows", async () => {
  using box = new Sandbox();
  // It must have been killed with some of the sessions there, or this tells nothing.
  while (!(await importKilled(box)).some((count) => count > 0 && count < SESSIONS)) {
    rmSync(box.home, { recursive: true });
  }
  expect(rows<object>(box, SAME_SESSIONS)).toEqual(rows<object>(full, SAME_SESSIONS));
  expect(rows<object>(box, SAME_EVENTS)).toEqual(rows<object>(full, SAME_EVENTS));
  expect(integrity(box)).toBe("ok");
  expect(leftovers(box)).toEqual([]);
});

/** How many sessions are there after a kill, each of them with all of its events; none where no database is. */
async function partly(box: Sandbox): Promise<number[]> {
  const listed = await box.mm(["session", "list", "--limit", "1"]);
  if (listed.out.startsWith("No sessions")) return [];
  const torn = rows<object>(
    box,
    `SELECT s.id FROM sessions s WHERE (SELECT count(*) FROM session_events e WHERE e.session_id = s.id) <> ${EVENTS}`,
  );
  expect(torn).toEqual([]);
  return rows<{ n: number }>(box, "SELECT count(*) AS n FROM sessions").map(({ n }) => n);
}

test("a reader that takes only the first line ends an export quietly", async () => {
  const { out, err } = await shell(
    full,
    `{ "$MM" session export --all --format jsonl; echo $? >code; } | head -n 1`,
  );
  expect(JSON.parse(out).kind).toBe("mm-export");
  expect(err).toBe("");
  expect(readFileSync(`${full.folder}/code`, "utf8")).toBe("0\n");
});

test.if(process.platform === "linux")("a full disk behind stdout is an error", async () => {
  const { code, err } = await shell(full, `"$MM" session export --all --format jsonl >/dev/full`);
  expect(code).toBe(1);
  expect(err).toBe("mm: can't write to standard output: ENOSPC\n");
});

test("a file that would be too large leaves nothing behind", async () => {
  const { code, err } = await shell(
    full,
    `mkdir out && ulimit -f 64 && "$MM" session export --all -o out/all.jsonl`,
  );
  expect({ code, err }).toEqual({
    code: 1,
    err: "mm: can't write out/all.jsonl: it would be too large\n",
  });
  expect(readdirSync(`${full.folder}/out`)).toEqual([]);
});

test("a device is written to and stays what it is", async () => {
  const { code } = await full.mm(["session", "export", "--all", "--force", "-o", "/dev/null"]);
  expect({ code, isDevice: statSync("/dev/null").isCharacterDevice() }).toEqual({
    code: 0,
    isDevice: true,
  });
});

test("a link that leads nowhere is in the way", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  symlinkSync("nowhere", `${box.folder}/link.md`);
  const { code, err } = await box.mm(["session", "export", "-o", "link.md"]);
  expect({ code, err }).toEqual({
    code: 1,
    err: "mm: the file exists: link.md\n  hint: --force replaces it; nothing was written\n",
  });
});

test.each<[string, string, string]>([
  ["a pipe", "mkfifo x", "can't read x: it is no file; `-` reads standard input"],
  ["a device", "ln -s /dev/null x", "can't read x: it is no file; `-` reads standard input"],
  ["a folder", "mkdir x", "can't read x: it is a folder"],
  ["compressed", "printf '\\037\\213\\010\\000' >x", "line 1 of x: not UTF-8 text"],
  [
    "one endless line",
    "head -c 300000000 /dev/zero | tr '\\0' x >x",
    "line 1 of x: the line is too long",
  ],
])("what is %s is refused", async (_, make, message) => {
  using box = new Sandbox();
  const { code, err } = await shell(box, `${make}; "$MM" session import x`);
  expect({ code, err: err.split("\n")[0] }).toEqual({ code: 1, err: `mm: ${message}` });
  expect(existsSync(box.home)).toBe(false);
});

test("a byte order mark and the line ends of Windows are no matter", async () => {
  const text = `\ufeff${readFileSync(file, "utf8").replaceAll("\n", "\r\n")}`;
  using box = new Sandbox();
  writeFileSync(`${box.folder}/x`, text);
  expect((await box.mm(["session", "import", "x"])).code).toBe(0);
  expect(rows<object>(box, SAME_EVENTS)).toEqual(rows<object>(full, SAME_EVENTS));
});

test.if(process.platform === "linux")("a pipe that others write to stays blocking", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  const flags = "cat /proc/self/fdinfo/2";
  const { out } = await shell(box, `{ "$MM" session export -o x.md; ${flags}; } 2>&1 | cat`);
  const [, octal = ""] = /^flags:\s+(\d+)$/mu.exec(out) ?? [];
  expect(Number.parseInt(octal, 8) & 0o4000).toBe(0);
});

// A process keeps the time zone with which it started.
needs("tzdata").each(["md", "html"])(
  "a time without a zone is UTC, and all are shown in local time with its zone: %s",
  async (format) => {
    using box = new Sandbox();
    await box.mm(["session", "start"]);
    exec(
      box,
      "UPDATE sessions SET started_at = '2026-03-10T18:20:00', ended_at = '2026-03-10 18:30:00'",
    );
    exec(
      box,
      `INSERT INTO session_events (session_id, event_type, content, created_at)
     SELECT id, 'note', 'x', '2026-03-10 18:25:00.5' FROM sessions`,
    );
    const argv = ["session", "export", "--all", "--format", format];
    const { out } = await box.mm(argv, { env: { TZ: "Asia/Kathmandu" } });
    expect(out).toMatch(/2026-03-11 00:05 to 00:15 \\?\+05:45/u);
    expect(out).toContain("00:10");
    const utc = (await box.mm(argv, { env: { TZ: "UTC" } })).out;
    expect(utc).toContain("2026-03-10 18:20 to 18:30 UTC");
    expect(utc).toContain("18:25");
  },
);
