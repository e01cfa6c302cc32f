import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { askProgram } from "../../src/host/probe.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mm-probe-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Whether a process runs; what nobody has collected yet doesn't. */
function runs(pid: string): boolean {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /u.test(readFileSync(file, "utf8"));
}

async function untilEnded(pid: string): Promise<void> {
  while (runs(pid)) await Bun.sleep(10);
}

async function pidIn(file: string): Promise<string> {
  while (!existsSync(file) || !readFileSync(file, "utf8").endsWith("\n")) await Bun.sleep(10);
  return readFileSync(file, "utf8").trim();
}

interface Options {
  readonly timeoutMs?: number;
  onSignal?(work: () => void): void;
}

function asked(script: string, { timeoutMs = 60_000, onSignal }: Options = {}) {
  const program = `${folder}/agent`;
  writeFileSync(program, `#!/bin/sh\ncd '${folder}'\n${script}`);
  chmodSync(program, 0o755);
  const beforeSignalled = (work: () => void) => {
    onSignal?.(work);
    return () => undefined;
  };
  return askProgram([program, "--version"], { timeoutMs, env: process.env, beforeSignalled });
}

test.each([
  ["what it prints", 'echo "2.1.330 (Claude Code)"', "2.1.330 (Claude Code)\n"],
  ["what it is asked", 'echo "$@"', "--version\n"],
  ["nothing", "", ""],
  ["null where it fails", "echo 1.0; exit 3", null],
  ["null where it is killed", "echo 1.0; kill -9 $$", null],
])("%s", async (_, script, answer) => {
  expect(await asked(script)).toBe(answer);
});

const CHILD = "sleep 1000 & echo $! >child";

test.each([
  ["hangs", `${CHILD}\nwait`, null],
  ["ignores all signals", `trap '' TERM INT HUP\n${CHILD}\nwhile :; do wait; done`, null],
])("one that %s ends when the time is over, with its children", async (_, script, answer) => {
  expect(await asked(script, { timeoutMs: 1000 })).toBe(answer);
  await untilEnded(await pidIn(`${folder}/child`));
});

test.each([
  ["holds its stdout", CHILD],
  ["has closed its stdout", "sleep 1000 >/dev/null 2>&1 & echo $! >child"],
  [
    "has a child itself",
    "sh -c 'sleep 1000 & echo $! >child; wait' &\nwhile [ ! -s child ]; do :; done",
  ],
])("a child that it leaves behind ends with it: it %s", async (_, script) => {
  expect(await asked(`echo 1.0\n${script}`)).toBe("1.0\n");
  await untilEnded(await pidIn(`${folder}/child`));
});

test("one that prints without end is read to a bound, and ends", async () => {
  expect(await asked("echo $$ >child\nexec yes", { timeoutMs: 2000 })).toBeNull();
  await untilEnded(await pidIn(`${folder}/child`));
});

test("a signal that ends this program ends what it asks, too", async () => {
  const works: (() => void)[] = [];
  const answer = asked(`${CHILD}\nwait`, { onSignal: (work) => void works.push(work) });
  const child = await pidIn(`${folder}/child`);
  for (const work of works) work();
  expect(await answer).toBeNull();
  await untilEnded(child);
});

test("one that isn't there is nobody", async () => {
  const beforeSignalled = () => () => undefined;
  const options = { timeoutMs: 1000, env: process.env, beforeSignalled };
  expect(askProgram([`${folder}/none`], options)).rejects.toThrow();
});
