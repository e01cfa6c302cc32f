import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { applyFix } from "../support/apply-fix.ts";
import { doctor } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine[Symbol.dispose]());

async function fixes(check: string): Promise<string[]> {
  const { findings } = await doctor(machine);
  return findings.filter((each) => each.check === check).map(({ mend }) => mend);
}

test("hooks that were never heard from: the agent is started", async () => {
  await machine.install("claude");
  expect(await fixes("hooks")).toEqual(["start claude once"]);
  machine.stdin = new TextEncoder().encode('{"session_id":"c1","source":"startup"}');
  await machine.mm("hook", "claude", "SessionStart");
  expect(await fixes("hooks")).toEqual([]);
});

test("hooks that codex has yet to trust: it is told to", async () => {
  await machine.install("codex", "--events=sessions");
  expect(await fixes("hooks")).toEqual([
    'start codex and choose "Trust all and continue" (later: /hooks)',
  ]);
  const file = `${machine.userHome}/.codex/hooks.json`;
  const trust = ["session_start", "session_end"].map(
    (event) => `[hooks.state."${file}:${event}:0:0"]\ntrusted_hash = "sha256:1"\n`,
  );
  machine.put(`${machine.userHome}/.codex/config.toml`, trust.join(""));
  expect(await fixes("hooks")).toEqual(["start codex once"]);
});

test("a configuration of codex that is no TOML is corrected", async () => {
  await machine.install("codex", "--events=sessions");
  const config = machine.put(`${machine.userHome}/.codex/config.toml`, "[features\n");
  const [fix = ""] = await fixes("hooks");
  expect(fix).toStartWith(`correct ${config}: `);
  machine.put(config, "[features]\n");
  expect(await fixes("hooks")).toEqual([
    'start codex and choose "Trust all and continue" (later: /hooks)',
  ]);
});

test("a clock that is behind what is stored: it is set, or waited for", async () => {
  await machine.mm("session", "start");
  machine.pass(-3 * 3600);
  expect(await fixes("clock")).toEqual(["set the clock if it is wrong; otherwise wait 3h"]);
  machine.pass(3 * 3600);
  expect(await fixes("clock")).toEqual([]);
});

test("calls that wait in the spool", async () => {
  await machine.mm("session", "start");
  machine.waitMs = 0;
  using db = new Database(machine.database);
  db.run("BEGIN IMMEDIATE");
  machine.stdin = new TextEncoder().encode('{"session_id":"c1","prompt":"hello"}');
  await machine.mm("hook", "claude", "UserPromptSubmit");
  db.run("ROLLBACK");
  const [fix = ""] = await fixes("spool");
  await applyFix(machine, fix);
  expect(await fixes("spool")).toEqual([]);
});

test("a home on a network file system: another one", async () => {
  await machine.install("qwen");
  machine.prints = { "/bin/mount": `server:/x on ${machine.home} type nfs4 (rw)\n` };
  expect(await fixes("file-system")).toEqual([
    "set MM_HOME to a folder on a local disk in your shell's profile, and install the hooks again",
  ]);
  machine.env["MM_HOME"] = `${machine.folder}/local`;
  await machine.install();
  for (const check of ["file-system", "hooks"]) {
    expect((await fixes(check)).filter((fix) => fix !== "start qwen once")).toEqual([]);
  }
});
