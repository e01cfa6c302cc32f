import { readdirSync, readFileSync } from "node:fs";
import { peakOf, TIME } from "../memory.ts";

/** What a call cost. */
export interface Cost {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly out: string;
}

const CPU = /^\s*(?:User|System) time \(seconds\): ([\d.]+)$/gmu;

/** Runs a program, which must succeed, and tells what it cost. */
export async function costOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Cost> {
  const start = performance.now();
  const child = Bun.spawn([TIME, "-v", ...argv], { env, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const code = await child.exited;
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${argv.join(" ")}: exit ${code}: ${err}`);
  const times = [...err.matchAll(CPU)].map(([, text]) => Number(text));
  const cpuSeconds = times.reduce((sum, each) => sum + each, 0);
  return { seconds, cpuSeconds, megabytes: (peakOf(err) ?? 0) / 1e6, out };
}

const TICKS_PER_SECOND = 100;

/** The fields of /proc/PID/stat behind the program's name, which may hold spaces. */
function statOf(pid: string): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/** The processor seconds of a process and of all that it has started. */
export function cpuOfTree(root: number): number {
  const stats = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/u.test(name))
      .map((pid) => [pid, statOf(pid)]),
  );
  const sum = (pid: string): number => {
    const own = (stats.get(pid) ?? []).slice(11, 15).reduce((all, ticks) => all + Number(ticks), 0);
    const children = [...stats].filter(([, stat]) => stat[1] === pid);
    return children.reduce((all, [child]) => all + sum(child), own);
  };
  return sum(String(root)) / TICKS_PER_SECOND;
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

/** The value below which this share of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
