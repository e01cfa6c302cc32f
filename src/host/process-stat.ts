import { loadedSystemCalls } from "./system-calls.ts";

/** What Linux tells of a process. */
interface Stat {
  readonly pid: number;
  readonly name: string;
  /** One letter; Z and X are processes that are over. */
  readonly state: string;
  readonly parent: number;
  /** When it started, in ticks since the machine did. */
  readonly ticks: number;
}

/** A file of /proc, of which 4 KB are enough, or null where it can't be read. */
export async function readProc(name: string): Promise<string | null> {
  const path = `/proc/${name}`;
  const text = loadedSystemCalls()?.readText(path);
  if (text !== undefined && text !== null) return text;
  try {
    return await Bun.file(path).text();
  } catch {
    return null;
  }
}

/** What Linux tells of a process, or null where there is none or it may not be seen (proc(5)). */
export async function readStat(pid: number | "self"): Promise<Stat | null> {
  const text = await readProc(`${pid}/stat`);
  if (text === null) return null;
  // A name may hold anything, parentheses too.
  const end = text.lastIndexOf(")");
  const [state = "", parent, ...rest] = text.slice(end + 2).split(" ");
  const name = text.slice(text.indexOf("(") + 1, end);
  return {
    pid: Number.parseInt(text, 10),
    name,
    state,
    parent: Number(parent),
    ticks: Number(rest[17]),
  };
}

let own: Promise<Stat | null> | null = null;

/** What Linux tells of this process as /proc counts it, which may be another one than that with this pid. */
export function ownStat(): Promise<Stat | null> {
  own ??= readStat("self");
  return own;
}

/** /proc counts times in hundredths of a second, wherever Linux runs. */
const TICK_MS = 10;
/** No process runs this long before it starts: where it seems so, the machine has slept, and one clock with it. */
const ASLEEP_MS = 100;
/** A start that would be longer ago than this was told by a system that counts otherwise. */
const MOST_DELAY_MS = 60_000;

/** Milliseconds since the machine started, those that it slept too; null where nobody can tell. */
async function uptimeMs(): Promise<number | null> {
  const text = await readProc("uptime");
  return text === null ? null : Number.parseFloat(text) * 1000;
}

/**
 * When this process was started. Its own clock begins when it first runs, which a busy machine puts off, so that of
 * two calls the earlier could seem the later. Where the system doesn't tell, that clock counts.
 */
export async function processStart(): Promise<Date> {
  const firstRun = performance.timeOrigin;
  const stat = process.platform === "linux" ? await ownStat() : null;
  if (stat === null) return new Date(firstRun);
  const startedBy = (stat.ticks + 1) * TICK_MS;
  const now = firstRun + performance.now();
  const [seconds, nanos] = process.hrtime();
  const awake = seconds * 1000 + nanos / 1e6;
  let delay = firstRun - (now - awake + startedBy);
  if (delay < -ASLEEP_MS) {
    const uptime = await uptimeMs();
    delay = uptime === null ? 0 : firstRun - (now - uptime + startedBy);
  }
  return new Date(delay > 0 && delay <= MOST_DELAY_MS ? firstRun - delay : firstRun);
}
