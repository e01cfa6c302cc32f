import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { exec } from "../support/stored.ts";

const box = new Sandbox();
/** Counting is quicker than the rest: for that alone there are more events. */
const larger = new Sandbox();
const COLUMNS = 20;

async function fill(sandbox: Sandbox, events: number): Promise<void> {
  await sandbox.mm(["session", "start"]);
  exec(
    sandbox,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${events})
    INSERT INTO session_events (session_id, event_type, content, created_at)
    SELECT (SELECT id FROM sessions), 'note', 'some words of event ' || i, '2026-01-01T00:00:00+00:00' FROM n`,
  );
}

/** So many events that each of these commands takes its time. */
beforeAll(async () => {
  await fill(box, 300_000);
  await fill(larger, 3_000_000);
  await box.mm(["session", "end"]);
  exec(box, "UPDATE sessions SET ended_at = '2020-01-01T00:00:00+00:00'");
  exec(box, "UPDATE mm_sessions SET last_event_ms = 0, ended_ms = 0");
  await box.mm(["session", "export", "--all", "-o", `${box.folder}/in.jsonl`]);
});

afterAll(() => {
  box[Symbol.dispose]();
  larger[Symbol.dispose]();
});

/** What is shown by a command that a signal ends once its bar was drawn. */
async function interrupted(argv: readonly string[], signal: "\x03" | "SIGTERM") {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([BINARY, ...argv], {
    // Without a pager, a command that is through before its bar was drawn has ended.
    env: (argv[0] === "stats" ? larger : box).env({ PAGER: "cat" }),
    cwd: box.folder,
    terminal: {
      cols: COLUMNS,
      rows: 10,
      data: (_, data) => {
        shown += decoder.decode(data, { stream: true });
      },
    },
  });
  while (!shown.includes(" %") && child.exitCode === null) await Bun.sleep(1);
  if (signal === "SIGTERM") child.kill(signal);
  else child.terminal?.write(signal);
  await child.exited;
  for (let i = 0; i < 6000 && !shown.endsWith("\x1b[K"); i++) await Bun.sleep(10);
  child.terminal?.close();
  return { ended: child.signalCode, shown };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "an export that %p ends leaves no file, though nobody looks at a bar",
  async (signal) => {
    const child = Bun.spawn(
      [BINARY, "session", "export", "--all", "-o", `${box.folder}/out.jsonl`],
      {
        env: box.env(),
        cwd: box.folder,
        stdin: "ignore",
        stdout: "ignore",
        stderr: "ignore",
      },
    );
    const begun = () => readdirSync(box.folder).some((name) => name.endsWith(".tmp"));
    while (!begun() && child.exitCode === null) await Bun.sleep(1);
    child.kill(signal);
    await child.exited;
    expect(child.signalCode).toBe(signal);
    expect(readdirSync(box.folder).filter((name) => name.includes("out.jsonl"))).toEqual([]);
  },
);

// The last of them takes the events away.
const commands = [
  ["session", "export", "--all", "-o", `${box.folder}/out.jsonl`],
  ["session", "import", `${box.folder}/in.jsonl`],
  ["stats"],
  ["search", "words"],
  ["gc", "--yes", "--older-than", "7d"],
];

test.each(commands.flatMap((argv) => [[argv, "\x03"] as const, [argv, "SIGTERM"] as const]))(
  "%p takes its bar away when %p ends it",
  async (argv, signal) => {
    const { ended, shown } = await interrupted(argv, signal);
    expect(ended).toBe(signal === "SIGTERM" ? "SIGTERM" : "SIGINT");
    expect(shown).toEndWith("\r\x1b[K");
    expect(shown).not.toContain("\n");
    expect(readdirSync(box.folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const lines = shown.split("\r").map((line) => Bun.stringWidth(line.replace("^C", "")));
    expect(Math.max(...lines)).toBeLessThan(COLUMNS);
  },
);
