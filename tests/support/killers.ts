import { existsSync } from "node:fs";
import { BINARY, type Sandbox } from "./binary.ts";
import { SCRATCH } from "./scratch.ts";
import { has, type Tool } from "./tools.ts";

/** What a call had printed when it was killed, or all of its output if it finished first. */
export interface Struck {
  readonly survived: boolean;
  readonly out: string;
}

/** Runs `mm` and kills it, each time at a later moment. */
export interface Killer {
  readonly name: string;
  readonly tools: readonly Tool[];
  strike(box: Sandbox, argv: readonly string[], step: number): Promise<Struck>;
  /** After this many survivors in a row, there is no later moment to try. */
  readonly patience: number;
}

function spawn(box: Sandbox, command: readonly string[]) {
  const stdio = { stdin: "ignore", stdout: "pipe", stderr: "ignore" } as const;
  return Bun.spawn([...command], { env: box.env(), cwd: box.folder, ...stdio });
}

/** Lets `mm` run for a while, then kills it. */
export async function killAfter(
  box: Sandbox,
  argv: readonly string[],
  milliseconds: number,
): Promise<Struck> {
  const child = spawn(box, [BINARY, ...argv]);
  const end = performance.now() + milliseconds;
  // Timers count whole milliseconds, which is a third of a call's duration.
  while (performance.now() < end - 2) await Bun.sleep(1);
  while (performance.now() < end);
  child.kill("SIGKILL");
  const out = await child.stdout.text();
  await child.exited;
  return { survived: child.signalCode === null, out };
}

/** Up to this time all steps are equal. Later ones, which only a busy machine needs, grow. */
const EVENLY_MS = 50;

function momentOf(step: number, stepMs: number): number {
  const evenly = EVENLY_MS / stepMs;
  return step <= evenly ? step * stepMs : EVENLY_MS * 1.05 ** (step - evenly);
}

function byTime(stepMs: number): Killer {
  return {
    name: `${stepMs} ms later each time`,
    tools: [],
    strike: (box, argv, step) => killAfter(box, argv, momentOf(step, stepMs)),
    patience: 3,
  };
}

const TRACER = `${import.meta.dir}/kill-at-call.c`;
const KILLED = 137;

/** The compiled tracer. */
function tracer(): string {
  const path = `${SCRATCH}/kill-at-call`;
  if (!existsSync(path)) {
    const { success, stderr } = Bun.spawnSync(["cc", "-O1", "-o", path, TRACER]);
    if (!success) throw new Error(stderr.toString());
  }
  return path;
}

/** What tracing system calls needs: if strace may trace, so may the tracer. */
export const TRACING: readonly Tool[] = ["cc", "strace"];

/** Runs `mm`, which stands still before it opens a file for the nth time, while a shell runs a line. */
export async function stopAtOpen(
  box: Sandbox,
  argv: readonly string[],
  stop: { readonly file: string; readonly nth: number; readonly meanwhile: string },
): Promise<{ readonly code: number; readonly out: string }> {
  const env = box.env({ MEANWHILE: stop.meanwhile, MM: BINARY });
  const command = [tracer(), `${stop.nth}=${stop.file}`, BINARY, ...argv];
  const child = Bun.spawn(command, { env, cwd: box.folder, stdout: "pipe", stderr: "inherit" });
  const out = await child.stdout.text();
  return { code: await child.exited, out };
}

/** Kills before each change to a file in turn. */
const atEachCall: Killer = {
  name: "one change to a file later each time",
  tools: TRACING,
  patience: 1,
  async strike(box, argv, step) {
    const child = spawn(box, [tracer(), String(step), BINARY, ...argv]);
    const out = await child.stdout.text();
    return { survived: (await child.exited) !== KILLED, out };
  },
};

/** If every system call can be hit exactly, the timer can be coarser. */
export const KILLERS: readonly Killer[] = [byTime(has(...atEachCall.tools) ? 1 : 0.2), atEachCall];
