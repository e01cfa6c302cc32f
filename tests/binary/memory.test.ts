import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { ServerProcess } from "../support/mcp-process.ts";
import { exec } from "../support/stored.ts";

setDefaultTimeout(60_000);

/** What the system says of a process's memory, in MB. */
function memoryOf(pid: number, name: "VmHWM" | "VmRSS"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) / 1024;
}

const SESSIONS = 50;
const EVENTS = 20;
/** Of the 15 MB and more that each answer takes, which a server that gives nothing back keeps. */
const GIVEN_BACK = 4;

test("a server has given back what a large answer took once the agent has it", async () => {
  using box = new Sandbox();
  for (let n = 0; n < SESSIONS; n++) await box.mm(["session", "start"]);
  exec(
    box,
    `INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT s.id, 'note', 'the parser ' || n || hex(zeroblob(8000)), '2026-03-10T12:00:00+00:00'
      FROM sessions s, (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${EVENTS})
        SELECT n FROM c)`,
  );
  await using server = new ServerProcess(box);
  const { pid } = server.child;
  await server.initialize();
  for (let n = 0; n < 3; n++) {
    const asked = { query: "parser", project: "*", limit: 50 };
    expect((await server.call("search_sessions", asked)).text).toContain("the parser");
    const most = memoryOf(pid, "VmHWM");
    expect(memoryOf(pid, "VmRSS")).toBeLessThan(most - GIVEN_BACK);
  }
});

test("a server goes without the last compilers", async () => {
  using box = new Sandbox();
  await using server = new ServerProcess(box);
  await server.initialize();
  const started = readFileSync(`/proc/${server.child.pid}/environ`, "utf8").split("\0");
  expect(started).toContain("BUN_JSC_useDFGJIT=0");
});
