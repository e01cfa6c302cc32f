import { Database } from "bun:sqlite";
import { expect } from "bun:test";
import * as fs from "node:fs";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { run } from "../../src/cli/run.ts";
import root from "../../src/commands.ts";
import type { Context, Key, Serving } from "../../src/context.ts";
import type { Disk } from "../../src/files/durable.ts";
import { loadConfig } from "../../src/settings/home.ts";
import type { AgentProcess } from "../../src/store/rows.ts";
import { Store } from "../../src/store/store.ts";
import { capturing } from "./captured.ts";
import { undocumented } from "./documented.ts";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const FIXTURES = `${import.meta.dir}/../fixtures`;

/** Runs `mm` in this process with real SQLite, a home in a temporary folder, a stopped clock and ids that count up. */
export class World implements Disposable {
  readonly folder = mkdtempSync(`${tmpdir()}/mm-test-`);
  readonly home = `${this.folder}/home`;
  env: Record<string, string | undefined> = { MM_HOME: this.home };
  clock = new Date("2026-03-10T12:00:00Z");
  stdin: Uint8Array = new Uint8Array();
  /** Takes the place of the standard streams, for a command that talks with another program. */
  streams: { input: ReadableStream<Uint8Array>; heard(text: string): void } | null = null;
  /** Whether a hook's standard input ends in time. */
  stdinEnds = true;
  /** What `session wrap` was asked to run, with the environment it got. */
  readonly ran: { argv: readonly string[]; env: Context["env"]; folder?: string }[] = [];
  /** Replaces the wrapped program and returns its exit code. */
  program: (env: Context["env"]) => number | Promise<number> = () => 0;
  /** The working directory; null where it has been deleted. */
  cwd: string | null = this.folder;
  /** Where the program that runs is said to be. */
  executable = `${this.folder}/bin/mm`;
  /** What other programs print, by their path. */
  prints: Readonly<Record<string, string>> = {};
  /** The answer of the person at the terminal; null if nobody is there. */
  answers: boolean | null = null;
  /** Whether stdout and stderr are a terminal, and how wide it is. */
  isTerminal = false;
  columns = 80;
  /** How many lines the terminal has. */
  height = 24;
  /** What pagers were given; `hasPager` says whether one can be run. */
  readonly paged: { readonly argv: readonly string[]; text: string }[] = [];
  hasPager = true;
  /** What `--watch` has shown; `untilShown` says when the person has seen enough. */
  readonly frames: string[] = [];
  /** The keys that the person presses, one after each frame. */
  keys: Key[] = [];
  untilShown: (frames: number) => boolean = () => true;
  /** What happens while a command sleeps, each time the next. */
  readonly meanwhile: (() => unknown)[] = [];
  /** The machine that it runs on. */
  machine = { name: "laptop", id: "machine-1" };
  /** Which process the agent is that calls, where anybody can tell. */
  agent: AgentProcess | null = null;
  /** The pids of those that are over. */
  readonly gone = new Set<number>();
  /** How long a lock is waited for. */
  waitMs = 5000;
  /** What `mm web` serves its page with. */
  serving: Serving | null = null;
  /** The file system for editing settings. A test can make any operation fail. */
  disk: Disk = fs;
  /** How long it was to be waited for, in each call that opened the store. */
  readonly waits: number[] = [];
  /** What this program was to do after its answer. */
  readonly later: (readonly string[])[] = [];
  /** The variables with which the program would have started anew. */
  readonly anew: string[] = [];
  /** How often a server said that it stays, and that it has worked. */
  stays = 0;
  rests = 0;
  /** The microseconds that each command is said to have taken. */
  micros = 1234;
  /** How many ids it has given out; worlds that meet on a server start at different ones. */
  ids = 0;

  /** The nth id that this world has given out, from 1. */
  static id(n: number): string {
    return `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`;
  }

  get database(): string {
    return `${this.home}/memtomem.db`;
  }

  /** What stands for the home where that can't be written. */
  get outside(): string {
    return `${this.folder}/outside`;
  }

  get stateFile(): string {
    return `${this.home}/.current_session`;
  }

  /** The text of the state file, or null if there is none. */
  state(): string | null {
    return existsSync(this.stateFile) ? readFileSync(this.stateFile, "utf8") : null;
  }

  /** The names of all files in the home except SQLite's own next to the database. */
  files(): string[] {
    if (!existsSync(this.home)) return [];
    return readdirSync(this.home)
      .filter((name) => !/-(wal|shm)$/u.test(name))
      .sort();
  }

  /** Moves the clock on. */
  pass(seconds: number): void {
    this.clock = new Date(this.clock.getTime() + seconds * 1000);
  }

  /** A copy of the database and the state file that memtomem 0.4.0 wrote, as this world's home. */
  useMemtomemHome(): void {
    mkdirSync(this.home, { recursive: true });
    copyFileSync(`${FIXTURES}/memtomem/head.db`, this.database);
    copyFileSync(`${FIXTURES}/memtomem/head.current_session`, this.stateFile);
  }

  makeHome(files: Readonly<Record<string, string | Uint8Array>> = {}): void {
    mkdirSync(this.home, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      const path = `${this.home}/${name}`;
      mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
      writeFileSync(path, content);
    }
  }

  /** Rows of a query on the database, which must exist. */
  rows<T = Record<string, unknown>>(sql: string, ...params: (string | number | null)[]): T[] {
    const db = new Database(this.database, { strict: true });
    try {
      return db.query<T, (string | number | null)[]>(sql).all(...params);
    } finally {
      db.close(true);
    }
  }

  exec(sql: string, ...params: (string | number | null)[]): void {
    const db = new Database(this.database, { strict: true });
    try {
      db.run(sql, params);
    } finally {
      db.close(true);
    }
  }

  /** Runs `mm` with these words. */
  async mm(...argv: string[]): Promise<Outcome> {
    let [out, err] = ["", ""];
    const warnings: string[] = [];
    let store: Store | null = null;
    const { streams } = this;
    const context: Context = {
      argv,
      env: this.env,
      executable: this.executable,
      cwd: () => {
        if (this.cwd === null) throw new Error("ENOENT: getcwd");
        return this.cwd;
      },
      now: () => this.clock,
      startedAt: async () => this.clock,
      sleep: async (ms) => {
        this.pass(ms / 1000);
        await this.meanwhile.shift()?.();
      },
      machine: async () => this.machine,
      newId: () => World.id(++this.ids),
      readStdin: async (limit) => ({
        head: this.stdin.subarray(0, limit),
        total: this.stdin.length,
      }),
      stdinStream: () => streams?.input ?? new Blob([this.stdin]).stream(),
      readHookInput: async () => ({
        head: this.stdin,
        tail: new Uint8Array(),
        total: this.stdin.length,
        isWhole: true,
        ended: this.stdinEnds,
        release: () => undefined,
      }),
      lossPlaces: (home) => ({ home, outside: this.outside, user: process.getuid?.() }),
      elapsedMicros: () => this.micros,
      out: async (text) => {
        out += text;
        streams?.heard(text);
        return true;
      },
      err: (text) => {
        err += text;
      },
      warnings,
      terminal: {
        stdoutIsTty: () => this.isTerminal,
        stderrIsTty: () => this.isTerminal,
        stdinIsTty: () => this.answers !== null,
        columns: () => this.columns,
        rows: () => this.height,
        confirm: async (question) => {
          err += `${question}\n`;
          return this.answers === true;
        },
      },
      beforeSignalled: () => () => undefined,
      screen: async () => ({
        rows: () => this.height,
        show: (text) => void this.frames.push(text),
        columns: () => this.columns,
        wait: async (ms) => {
          const key = this.keys.shift();
          if (key !== undefined) return { kind: "key", key };
          this.pass(ms / 1000);
          return this.untilShown(this.frames.length)
            ? { kind: "ended", code: 0 }
            : { kind: "redraw" };
        },
        close: () => void this.frames.push("closed"),
      }),
      pager: async (argv) => {
        if (!this.hasPager) return null;
        const page = { argv, text: "" };
        this.paged.push(page);
        return {
          write: async (text) => {
            page.text += text;
            return true;
          },
          close: async () => undefined,
        };
      },
      capture: capturing(() => this.prints),
      programRunner: async () => ({
        run: async (program, env, folder) => {
          this.ran.push({ argv: program, env, ...(folder === undefined ? {} : { folder }) });
          return await this.program(env);
        },
        release: () => undefined,
      }),
      serving: async () => this.serving as Serving,
      stays: async () => {
        this.stays++;
        return () => void this.rests++;
      },
      agentProcesses: {
        caller: async () => this.agent,
        isGone: async (process) => process !== null && this.gone.has(process.pid),
      },
      disk: async () => this.disk,
      store: async (waitMs = this.waitMs) => {
        const warn = (message: string) => void warnings.push(message);
        if (store === null) this.waits.push(waitMs);
        store ??= new Store(await loadConfig(this.env, warn), {
          newId: () => crypto.randomUUID(),
          waitMs,
          warn,
        });
        return store;
      },
      later: (words) => void this.later.push(words),
      startAnew: async (variable, value) => void this.anew.push(`${variable}=${value}`),
      close: () => store?.close(),
    };
    const code = await run(root, context);
    if (argv.includes("--json")) expect(undocumented(argv, out)).toEqual([]);
    return { code, out, err };
  }

  /** Runs `mm` with these words, which must succeed, and parses its one line of JSON. */
  async json<T = Record<string, unknown>>(...argv: string[]): Promise<T> {
    const { code, out, err } = await this.mm(...argv, "--json");
    if (code !== 0) throw new Error(`exit ${code}: ${out}${err}`);
    return JSON.parse(out) as T;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
