import { existsSync, readdirSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { countRows } from "./database.ts";
import type { Row } from "./rows.ts";
import { ownLoop, type Stopwatch, type Subject } from "./stopwatch.ts";
import type { Volume } from "./volumes.ts";

const TABLES = ["sessions", "session_events"] as const;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value);
}

/** The name for samples of the empty program, which is timed again next to each row that reads standard input. */
function emptyBeside(row: Row | undefined): string {
  return row?.stdin === undefined ? "empty program" : "empty program, own loop";
}

/** Where a scene is measured. */
interface Setting {
  /** The name of the database in the table. */
  readonly database: string;
  readonly volume: Volume;
  /** The folder that contains `home/`, with a database. */
  readonly folder: string;
  readonly extraEnv: Readonly<Record<string, string>>;
}

/** A folder with a home for `mm`, and the rows to measure in it. */
export class Scene {
  readonly database: string;
  readonly volume: Volume;
  readonly folder: string;
  readonly rows: readonly Row[];
  readonly #extraEnv: Setting["extraEnv"];
  readonly #binaries: Binaries;
  readonly #samples = new Map<string, number[]>();
  readonly #added = { sessions: 0, session_events: 0 };
  #before = { sessions: 0, session_events: 0 };
  #calls = 0;

  constructor(setting: Setting, rows: readonly Row[], binaries: Binaries) {
    this.database = setting.database;
    this.volume = setting.volume;
    this.folder = setting.folder;
    this.#extraEnv = setting.extraEnv;
    this.rows = rows;
    this.#binaries = binaries;
  }

  get env(): Record<string, string> {
    const { folder } = this;
    return {
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      HOME: folder,
      MM_HOME: `${folder}/home`,
      ...this.#extraEnv,
    };
  }

  /** The standard input of a row's next call. */
  stdinOf(row: Row): string | undefined {
    return row.stdin?.(++this.#calls);
  }

  argvOf(row: Row): string[] {
    return row.command === undefined
      ? [this.#binaries.mm, ...row.argv]
      : ["sh", "-c", row.command(this.#binaries.mm)];
  }

  /** Checks that there is a current session and that each row works as declared. */
  begin(): void {
    this.run([this.#binaries.mm, "session", "start", "--idempotent"]);
    for (const { setUp } of this.rows) {
      if (setUp !== undefined) this.run([this.#binaries.mm, ...setUp.argv], setUp.stdin);
    }
    this.#before = this.#count();
    for (const row of this.rows) this.call(row);
  }

  /** Prepares and calls a row once, untimed. `prefix` is a program that runs the call. */
  call(row: Row, prefix: readonly string[] = []): string {
    this.run(["sh", "-c", row.prepare ?? ":"]);
    const printed = this.run([...prefix, ...this.argvOf(row)], row.stdin?.(++this.#calls));
    if (prefix.length === 0 && !row.expect.test(printed)) {
      throw new Error(`\`${row.name}\` printed something unexpected: ${printed}`);
    }
    this.tally(row, 1);
    return printed;
  }

  /** Runs a program in the scene and returns what it prints. */
  run(argv: readonly string[], stdin?: string): string {
    const result = Bun.spawnSync([...argv], {
      cwd: this.folder,
      env: this.env,
      stdin: stdin === undefined ? "ignore" : Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
    const printed = `${result.stdout}${result.stderr}`;
    if (!result.success) throw new Error(`${argv.join(" ")} failed: ${printed}`);
    return printed;
  }

  /** Times each row `runs` times, in random order. Rows that read standard input are timed separately. */
  round(stopwatch: Stopwatch, warmup: number, runs: number): void {
    const silent = this.rows.filter((row) => row.stdin === undefined);
    const fed = this.rows.filter((row) => row.stdin !== undefined);
    this.#time(silent, stopwatch, { warmup, runs });
    this.#time(fed, ownLoop, { warmup, runs });
  }

  #time(rows: readonly Row[], stopwatch: Stopwatch, often: { warmup: number; runs: number }): void {
    if (rows.length === 0) return;
    const named = rows.map((row) => ({ name: row.name, ...this.#subject(row) }));
    const empty = { name: emptyBeside(rows[0]), argv: this.#binaries.empty, prepare: ":" };
    const subjects = shuffled([...named, empty]);
    const times = stopwatch.time({ subjects, cwd: this.folder, env: this.env, ...often });
    for (const [index, { name }] of subjects.entries()) {
      this.#samples.set(name, [...(this.#samples.get(name) ?? []), ...(times[index] ?? [])]);
    }
    for (const row of rows) this.tally(row, often.warmup + often.runs);
  }

  #subject(row: Row): Subject {
    const { stdin, prepare = ":" } = row;
    const next = stdin === undefined ? undefined : () => stdin(++this.#calls);
    return { argv: this.argvOf(row), prepare, stdin: next };
  }

  /** Counts calls for `verify`. */
  tally(row: Row, calls: number): void {
    if (row.adds !== undefined) this.#added[row.adds] += calls;
  }

  /** @throws Error if calls succeeded without doing their work */
  verify(): void {
    const now = this.#count();
    for (const table of TABLES) {
      const added = now[table] - this.#before[table];
      if (this.#restoresDatabase() || added === this.#added[table]) continue;
      throw new Error(
        `${this.#added[table]} calls that add to ${table} on the ${this.database} database added ${added}`,
      );
    }
  }

  /** A row's median in milliseconds, and its ratio to the baseline, by default the empty program. */
  medians(row: Row): { readonly ms: number; readonly ratio: number } {
    const ms = this.#median(row.name);
    return { ms, ratio: ms / this.#median(row.baseline ?? emptyBeside(row)) };
  }

  /** The median of the empty program, which was timed beside the first row. */
  get emptyMs(): number {
    const silent = this.rows.find((row) => row.stdin === undefined);
    return this.#median(emptyBeside(silent ?? this.rows[0]));
  }

  /** The number of calls per median. */
  get sampleCount(): number {
    return Math.max(0, ...[...this.#samples.values()].map((times) => times.length));
  }

  #median(name: string): number {
    return median(this.#samples.get(name) ?? []);
  }

  #restoresDatabase(): boolean {
    return this.rows.some((row) => row.prepare?.includes("cp ") === true);
  }

  #count() {
    const path = `${this.folder}/home/memtomem.db`;
    return {
      sessions: countRows(path, "sessions"),
      session_events: countRows(path, "session_events") + this.#spooled(),
    };
  }

  /** Of calls that come all at once, one may find the database locked; the next one stores what it has spooled. */
  #spooled(): number {
    const folder = `${this.folder}/home/spool`;
    return existsSync(folder) ? readdirSync(folder).length : 0;
  }
}
