import { median } from "../scene.ts";

/** A call to compare with others. */
export interface Turn {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What its nth call reads from standard input. */
  readonly stdin?: (call: number) => string;
  /** What is done before each call, untimed. */
  readonly before?: () => void;
}

/** What the calls of one name took, in milliseconds, one value a round. */
export interface Times {
  readonly wall: readonly number[];
  /** Of all its threads, in user and system mode. */
  readonly cpu: readonly number[];
}

const WARMUP = 3;

function shuffled<T>(values: readonly T[]): T[] {
  const keyed = values.map((value) => ({ value, order: Math.random() }));
  return keyed.sort((a, b) => a.order - b.order).map(({ value }) => value);
}

function call(
  { name, argv, env, stdin, before }: Turn,
  round: number,
): { wall: number; cpu: number } {
  const input = stdin === undefined ? "ignore" : Buffer.from(stdin(round));
  before?.();
  const start = Bun.nanoseconds();
  const { exitCode, resourceUsage } = Bun.spawnSync([...argv], {
    env: { ...env },
    stdin: input,
    stdout: "ignore",
    stderr: "ignore",
  });
  const wall = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`${name}: exit code ${exitCode}`);
  return { wall, cpu: Number(resourceUsage.cpuTime.total) / 1000 };
}

/** Makes all calls in each round, in random order, so that whatever slows the machine down slows all of them. */
export function takeTurns(
  turns: readonly Turn[],
  rounds: number,
  warmup = WARMUP,
): Map<string, Times> {
  const times = new Map(turns.map(({ name }) => [name, { wall: [], cpu: [] }] as const)) as Map<
    string,
    { wall: number[]; cpu: number[] }
  >;
  for (let round = -warmup; round < rounds; round++) {
    for (const turn of shuffled(turns)) {
      const { wall, cpu } = call(turn, round + warmup);
      if (round < 0) continue;
      times.get(turn.name)?.wall.push(wall);
      times.get(turn.name)?.cpu.push(cpu);
    }
  }
  return times;
}

/** The median of the differences in each round, and where nine of ten medians of samples of them lie. */
export function difference(
  of: readonly number[],
  from: readonly number[],
): { readonly median: number; readonly low: number; readonly high: number } {
  const all = of.map((value, round) => value - (from[round] ?? Number.NaN));
  const samples = Array.from({ length: 400 }, () =>
    median(all.map(() => all[Math.floor(Math.random() * all.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return { median: median(all), low: samples[20] ?? Number.NaN, high: samples[379] ?? Number.NaN };
}
