import { readFileSync } from "node:fs";
import type { Burst, Row } from "./rows.ts";
import { median, type Scene } from "./scene.ts";

const CORES = 2;

export interface BurstTimes {
  /** From the start to the end of the slowest process. */
  readonly slowestMs: number;
  /** The duration of the same calls one after another, divided by the number of cores. */
  readonly evenShareMs: number;
}

function allowedCpus(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return (list ?? "").split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function setCpus(cpus: readonly number[]): boolean {
  const argv = ["taskset", "-a", "-c", "-p", cpus.join(","), String(process.pid)];
  return Bun.spawnSync(argv).success;
}

/** Runs `work` with this process and its children on two cores. @returns a note if it can't */
async function onTwoCores(work: () => Promise<void>): Promise<string | null> {
  if (process.platform !== "linux" || Bun.which("taskset") === null) {
    await work();
    return "not pinned to 2 cores: no taskset";
  }
  const cpus = allowedCpus();
  const pinned = setCpus(cpus.slice(0, CORES));
  await work();
  if (pinned) setCpus(cpus);
  if (!pinned) return "not pinned to 2 cores: taskset failed";
  return cpus.length < CORES ? "on the only core there is" : null;
}

/** Starts a process and returns the milliseconds until it ends. */
async function timeOne(scene: Scene, row: Row): Promise<number> {
  const input = scene.stdinOf(row);
  const start = Bun.nanoseconds();
  const child = Bun.spawn(scene.argvOf(row), {
    cwd: scene.folder,
    env: scene.env,
    stdin: input === undefined ? "ignore" : new Blob([input]),
    stdout: "ignore",
    stderr: "ignore",
  });
  const code = await child.exited;
  if (code !== 0) throw new Error(`exit code ${code} of \`${row.name}\``);
  return (Bun.nanoseconds() - start) / 1e6;
}

function prepare(scene: Scene, row: Row): void {
  if (row.prepare !== undefined) scene.run(["sh", "-c", row.prepare]);
}

async function burst(scene: Scene, row: Burst): Promise<BurstTimes> {
  prepare(scene, row);
  const start = Bun.nanoseconds();
  for (let call = 0; call < row.size; call++) await timeOne(scene, row);
  const evenShareMs = (Bun.nanoseconds() - start) / 1e6 / CORES;
  prepare(scene, row);
  const all = Array.from({ length: row.size }, () => timeOne(scene, row));
  const slowestMs = Math.max(...(await Promise.all(all)));
  // After a preparation, only one of the processes may find something to add.
  scene.tally(row, row.prepare === undefined ? 2 * row.size : 2);
  return { slowestMs, evenShareMs };
}

/** Runs bursts of each of the scene's rows in turn and returns medians. `note` says what was not as it should be. */
export async function measureBursts(
  scene: Scene,
  rows: readonly Burst[],
  times: number,
): Promise<{ results: Map<Row, BurstTimes>; note: string | null }> {
  const all = new Map<Burst, BurstTimes[]>(rows.map((row) => [row, []]));
  const note = await onTwoCores(async () => {
    for (let time = 0; time < times; time++) {
      for (const [row, bursts] of all) bursts.push(await burst(scene, row));
    }
  });
  const results = new Map(
    [...all].map(([row, bursts]) => [
      row,
      {
        slowestMs: median(bursts.map(({ slowestMs }) => slowestMs)),
        evenShareMs: median(bursts.map(({ evenShareMs }) => evenShareMs)),
      },
    ]),
  );
  return { results, note };
}
