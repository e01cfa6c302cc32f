import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { BINARY, Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { rows } from "../support/stored.ts";

setDefaultTimeout(60_000);

/** Whatever waits for something never ends; this is far more than a call takes on a busy machine. */
const FAR_TOO_LONG_MS = 5000;

const fifo = (path: string) => void Bun.spawnSync(["mkfifo", path]);

/** Where a file or folder of ours should be. */
const NAMES = [
  "mm.json",
  "config.json",
  "config.d",
  ".current_session",
  ".current_session.tmp",
  "memtomem.db",
  "memtomem.db-wal",
  "memtomem.db-journal",
  "memtomem.db-shm",
  "memtomem.db.lock",
  "memtomem.db.new",
  "memtomem.db.mm-search",
  "memtomem.db.mm-search-journal",
  "spool",
  "spool.bad",
  "logs",
  "logs/hook.log",
  "logs/lost-events",
  "hooks",
];

const KINDS: [string, (path: string, box: Sandbox) => void][] = [
  ["a pipe", fifo],
  ["a device without an end", (path) => symlinkSync("/dev/zero", path)],
  ["a link to a folder", (path, box) => symlinkSync(`${box.folder}/theirs`, path)],
  ["a link that leads nowhere", (path, box) => symlinkSync(`${box.folder}/theirs/new`, path)],
];

const EVENTS: [string, object][] = [
  ["SessionStart", { source: "startup" }],
  ["UserPromptSubmit", { prompt: "hi" }],
  ["PostToolUse", { tool_name: "Bash", tool_input: { command: "x" } }],
  ["SessionEnd", { reason: "other" }],
];

/** What is stored or spooled. Beside a planted journal SQLite would wait here, too. */
function kept(box: Sandbox): number {
  const { size } = Bun.file(box.database);
  const hasJournal = Bun.file(`${box.database}-journal`).size > 0;
  const isDatabase = size > 0 && Number.isFinite(size) && !hasJournal;
  return (
    countOf(() => readdirSync(`${box.home}/spool`).filter((name) => name.endsWith(".json"))) +
    (isDatabase ? countOf(() => rows<object>(box, "SELECT 1 FROM session_events")) : 0)
  );
}

/** None where what is planted is in the way. */
function countOf(list: () => readonly unknown[]): number {
  try {
    return list().length;
  } catch {
    return 0;
  }
}

describe.each(KINDS)("%s", (_, plant) => {
  test.each(NAMES)(
    "as %s keeps no hook and no command waiting, and costs no event",
    async (name) => {
      using box = new Sandbox();
      const path = `${box.home}/${name}`;
      mkdirSync(dirname(path), { recursive: true });
      mkdirSync(`${box.folder}/theirs`);
      plant(path, box);
      for (const [event, fields] of EVENTS) {
        const stdin = JSON.stringify({ session_id: "c1", cwd: box.folder, ...fields });
        const began = performance.now();
        const outcome = await box.mm(["hook", "claude", event], { stdin });
        expect({ event, ...outcome }).toEqual({ event, code: 0, signal: null, out: "", err: "" });
        expect(performance.now() - began).toBeLessThan(FAR_TOO_LONG_MS);
      }
      expect(kept(box)).toBeGreaterThanOrEqual(2);
      for (const words of [
        ["session", "start"],
        ["session", "list"],
        ["search", "hi"],
        ["doctor"],
      ]) {
        const { signal, out, err } = await box.mm(words);
        expect({ words, signal }).toEqual({ words, signal: null });
        expect(out + err).not.toContain("unexpected failure");
      }
      expect(readdirSync(`${box.folder}/theirs`)).toEqual([]);
    },
  );
});

describe("a program that pipes into a generic hook", () => {
  test.each([0.05, 0.15, 0.5])("may need %d s for its first byte", async (seconds) => {
    using box = new Sandbox();
    writeFileSync(`${box.folder}/p`, '{"session_id":"g1","prompt":"late"}');
    const { code } = await shell(
      box,
      `{ sleep ${seconds}; cat p; } | "$MM" hook generic UserPromptSubmit`,
    );
    expect(code).toBe(0);
    expect(rows<object>(box, "SELECT content FROM session_events")).toEqual([{ content: "late" }]);
  });

  test("isn't waited for for ever", async () => {
    using box = new Sandbox();
    const child = Bun.spawn([BINARY, "hook", "generic", "Stop"], { env: box.env(), stdin: "pipe" });
    await child.exited;
    child.stdin.end();
    const { out } = await box.mm(["hooks", "status", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ lost_events: { reasons: { late: 1 } } });
  });
});

test("a working directory beyond 4,096 characters of path is no obstacle", async () => {
  using box = new Sandbox();
  writeFileSync(`${box.folder}/p`, '{"session_id":"c1","prompt":"deep"}');
  const script = `exec 3<p; i=0; while [ $i -lt 30 ]; do mkdir ${"d".repeat(200)} && cd -P ${"d".repeat(200)} || break; i=$((i+1)); done
    "$MM" hook claude UserPromptSubmit <&3; echo $?`;
  const { out } = await shell(box, script);
  expect(out).toBe("0\n");
  expect(rows<object>(box, "SELECT content FROM session_events")).toEqual([{ content: "deep" }]);
});

test("a standard input that can't be read is counted as that", async () => {
  using box = new Sandbox();
  await shell(box, `"$MM" hook claude Stop <. ; "$MM" hook claude Stop 0>out`);
  const { out } = await box.mm(["hooks", "status", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ lost_events: { count: 2, reasons: { payload: 2 } } });
});
