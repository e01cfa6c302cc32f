import { readFileSync } from "node:fs";

/** A command line to time. */
export interface Subject {
  readonly argv: readonly string[];
  /** A shell script that runs, untimed, before each call. */
  readonly prepare: string;
  /** The standard input of its next call; empty by default. */
  readonly stdin?: (() => string) | undefined;
}

interface Batch {
  readonly subjects: readonly Subject[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The number of untimed calls of each subject at the start. */
  readonly warmup: number;
  readonly runs: number;
}

/** Times calls. The outer array is by subject, the inner ones contain milliseconds. */
export interface Stopwatch {
  readonly name: string;
  time(batch: Batch): number[][];
}

/** Quotes words for hyperfine, which splits command lines like a shell. */
function quoted(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

/** Makes each call a separate command, so that the subjects take turns. */
function hyperfineArguments(turns: readonly Subject[], jsonFile: string): string[] {
  return [
    "-N",
    ...["--style", "none"],
    ...["--warmup", "0"],
    ...["--runs", "1"],
    ...["--export-json", jsonFile],
    ...turns.flatMap(({ prepare }) => ["--prepare", quoted(["sh", "-c", prepare])]),
    ...turns.map(({ argv }) => quoted(argv)),
  ];
}

function hyperfine(path: string, version: string): Stopwatch {
  return {
    name: version,
    time({ subjects, cwd, env, warmup, runs }) {
      const jsonFile = `${cwd}/hyperfine.json`;
      const turns = Array.from({ length: warmup + runs }, () => subjects).flat();
      const { success, stderr } = Bun.spawnSync([path, ...hyperfineArguments(turns, jsonFile)], {
        cwd,
        env,
        stdout: "ignore",
        stderr: "pipe",
      });
      if (!success) throw new Error(`hyperfine failed: ${stderr}`);
      const { results } = JSON.parse(readFileSync(jsonFile, "utf8")) as {
        results: { times: [number] }[];
      };
      const timed = results.slice(warmup * subjects.length).map(({ times }) => times[0] * 1000);
      return subjects.map((_, index) =>
        timed.filter((_, turn) => turn % subjects.length === index),
      );
    },
  };
}

function timeCall(batch: Batch, subject: Subject): number {
  const { cwd, env } = batch;
  Bun.spawnSync(["sh", "-c", subject.prepare], { cwd, env });
  const stdin = subject.stdin === undefined ? "ignore" : Buffer.from(subject.stdin());
  const start = Bun.nanoseconds();
  const { exitCode } = Bun.spawnSync([...subject.argv], {
    cwd,
    env,
    stdin,
    stdout: "ignore",
    stderr: "ignore",
  });
  const ms = (Bun.nanoseconds() - start) / 1e6;
  if (exitCode !== 0) throw new Error(`exit code ${exitCode} of ${quoted(subject.argv)}`);
  return ms;
}

/** Times like hyperfine, but can give each call a different standard input. */
export const ownLoop: Stopwatch = {
  name: "bench's own loop of Bun.spawnSync (no hyperfine on PATH)",
  time(batch) {
    const times: number[][] = batch.subjects.map(() => []);
    for (let run = -batch.warmup; run < batch.runs; run++) {
      for (const [index, subject] of batch.subjects.entries()) {
        const ms = timeCall(batch, subject);
        if (run >= 0) times[index]?.push(ms);
      }
    }
    return times;
  },
};

export function chooseStopwatch(): Stopwatch {
  const path = Bun.which("hyperfine");
  if (path === null) return ownLoop;
  const version = Bun.spawnSync([path, "--version"]).stdout.toString().trim();
  return hyperfine(path, version);
}
