import { codeOf } from "../errors.ts";
import type { AgentProcess } from "../store/rows.ts";
import { ownStat, readProc, readStat } from "./process-stat.ts";

/** What stands between an agent and the hook that it runs; the last is the launcher of the npm package. */
const BETWEEN = [
  ...[
    "sh",
    "bash",
    "dash",
    "zsh",
    "ksh",
    "ash",
    "fish",
    "busybox",
    "env",
    "timeout",
    "nice",
    "ionice",
  ],
  ...[
    "nohup",
    "setsid",
    "stdbuf",
    "script",
    "time",
    "xargs",
    "flock",
    "sudo",
    "strace",
    "perl",
    "ruby",
    "mm",
  ],
];
/** What runs an agent's script, or another one's. */
const INTERPRETERS = ["node", "bun", "deno", "MainThread"];
/** How many others may stand between an agent and what seems to be it. */
const MAX_STRANGERS = 4;

/** Compares words: compiling a pattern takes as long as reading what it is tried on. */
function isBetween(name: string): boolean {
  return BETWEEN.includes(name) || name.startsWith("python");
}

/** The machine's own first process starts with it; that of a container comes later. */
const MAX_BOOT_TICKS = 100;

/**
 * What tells the pid namespace of this process from others: when its first process started, 0 for the machine's own.
 * Its inode would take a call that loads a millisecond. Null where /proc is missing or counts another one's processes.
 */
async function readNamespace(): Promise<number | null> {
  if ((await ownStat())?.pid !== process.pid) return null;
  const first = await readStat(1);
  if (first === null) return null;
  return first.ticks <= MAX_BOOT_TICKS ? 0 : first.ticks;
}

let ownNamespace: Promise<number | null> | null = null;

function pidNamespace(): Promise<number | null> {
  ownNamespace ??= readNamespace();
  return ownNamespace;
}

type Found = Omit<AgentProcess, "namespace">;

interface Program {
  readonly name: string;
  readonly script: RegExp;
}

/** Whether a process is this script: the first word after its interpreter's options. */
async function runsScript(pid: number, { script }: Program): Promise<boolean> {
  const words = (await readProc(`${pid}/cmdline`))?.split("\0") ?? [];
  const first = words.slice(1).find((word) => !word.startsWith("-"));
  return script.test(words[0] ?? "") || script.test(first ?? "");
}

/** Of a process and its ancestors the nearest that is called so, else the nearest that is no shell and no wrapper. */
async function nearestAgent(first: number, program: Program): Promise<Found | null> {
  let nearest: Found | null = null;
  let strangers = 0;
  // The first process of a namespace adopts what has lost its parent.
  for (let pid = first; pid > 1 && strangers <= MAX_STRANGERS; ) {
    const stat = await readStat(pid);
    if (stat === null) break;
    const found = { pid, startedTicks: stat.ticks };
    if (stat.name === program.name) return found;
    if (INTERPRETERS.includes(stat.name) && (await runsScript(pid, program))) return found;
    if (!isBetween(stat.name)) {
      nearest ??= found;
      strangers += 1;
    }
    pid = stat.parent;
  }
  return nearest;
}

async function namedProcess(pid: number): Promise<Found | null> {
  const stat = await readStat(pid);
  return stat === null ? null : { pid, startedTicks: stat.ticks };
}

function pidIn(text: string | undefined): number | null {
  const pid = Number(text);
  return pid > 0 && pid < 2 ** 31 && String(pid) === text ? pid : null;
}

/**
 * The agent that runs this hook: the process that its environment names or, on Linux, the nearest ancestor that is
 * called so, else the nearest that is no shell and no wrapper.
 * @param named what the environment says, a pid
 * @param parent what ran the hook, a pid, where this process may have lost it
 */
export async function callingAgent(
  named: string | undefined,
  parent: string | null,
  program: Program,
): Promise<AgentProcess | null> {
  const pid = pidIn(named);
  if (process.platform !== "linux") {
    return pid === null ? null : { pid, startedTicks: null, namespace: null };
  }
  // One after another: what is read at once has a thread made for each.
  const namespace = await pidNamespace();
  const found = await (pid === null
    ? nearestAgent(pidIn(parent ?? "") ?? process.ppid, program)
    : namedProcess(pid));
  return found === null || namespace === null ? null : { ...found, namespace };
}

/** Whether an agent's process is surely over: it isn't there, has ended, or another one has its number now. */
export async function isAgentGone(agent: AgentProcess | null): Promise<boolean> {
  if (agent === null) return false;
  const { pid, startedTicks, namespace } = agent;
  const isLinux = process.platform === "linux";
  // In another namespace the number is another process's; on another system it was another machine's.
  if (isLinux !== (namespace !== null)) return false;
  if (isLinux && namespace !== (await pidNamespace())) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return true;
  }
  if (!isLinux) return false;
  const stat = await readStat(pid);
  if (stat === null) return false;
  return stat.state === "Z" || stat.state === "X" || stat.ticks !== startedTicks;
}
