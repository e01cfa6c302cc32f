import { Database } from "bun:sqlite";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { type BinaryOutcome, type RunOptions, Sandbox } from "../support/binary.ts";
import { MEMTOMEM, PYTHON } from "./install.ts";

export interface Listed {
  readonly id: string;
  readonly agent_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly status: string;
  readonly title?: string | null;
  readonly summary?: string | null;
  readonly namespace?: string;
  readonly event_count?: number;
}

export interface Listing {
  readonly sessions: Listed[];
  readonly count: number;
}

export interface Events {
  readonly session_id: string;
  readonly events: { created_at: string; event_type: string; content: string; metadata?: object }[];
  readonly count: number;
}

/** A row of `sessions` as memtomem's storage reads it. */
export interface TheirRow extends Listed {
  readonly metadata: Record<string, unknown>;
  readonly namespace: string;
}

/** A row of `session_events` as memtomem's storage reads it. */
interface TheirEvent {
  readonly event_type: string;
  readonly content: string;
  readonly chunk_ids: readonly string[];
  readonly metadata: object;
}

const SHARED = ["sessions", "session_events", "sqlite_sequence"];

/** A fresh `$HOME` whose `.memtomem` both programs use. */
export class SharedHome extends Sandbox {
  override readonly home = `${this.folder}/.memtomem`;

  override env(extra: RunOptions["env"] = {}): Record<string, string> {
    return super.env({ MM_HOME: undefined, ...extra });
  }

  /** A home in which memtomem has been set up. */
  static configured(): SharedHome {
    const home = new SharedHome();
    home.configureMemtomem();
    return home;
  }

  /** memtomem refuses to run without this file; the setting keeps it from looking for notes to index. */
  configureMemtomem(): void {
    mkdirSync(this.home, { recursive: true });
    writeFileSync(`${this.home}/config.json`, '{"indexing":{"auto_discover":false}}\n');
  }

  get stateFile(): string {
    return `${this.home}/.current_session`;
  }

  state(): string | null {
    return existsSync(this.stateFile) ? readFileSync(this.stateFile, "utf8") : null;
  }

  /** Size of the write-ahead log, or null where there is none. */
  walBytes(): number | null {
    return statSync(`${this.database}-wal`, { throwIfNoEntry: false })?.size ?? null;
  }

  async #python(argv: readonly string[], stdin?: string): Promise<BinaryOutcome> {
    const child = Bun.spawn([...argv], {
      env: this.env(),
      cwd: this.folder,
      stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    await child.exited;
    return { code: child.exitCode ?? -1, signal: null, out, err };
  }

  /** Runs our `mm`. */
  async ours(...argv: string[]): Promise<BinaryOutcome> {
    return await this.mm(argv);
  }

  /** Runs memtomem's `mm`. */
  async theirs(...argv: string[]): Promise<BinaryOutcome> {
    return await this.#python([MEMTOMEM, ...argv]);
  }

  /** Runs our `mm`, which must succeed, and parses what it prints. */
  async ourJson<T>(...argv: string[]): Promise<T> {
    return parsed(await this.ours(...argv, "--json"));
  }

  async theirJson<T>(...argv: string[]): Promise<T> {
    return parsed(await this.theirs(...argv, "--json"));
  }

  /** Runs many commands of memtomem in one process of it. */
  async theirCommands(commands: readonly (readonly string[])[]): Promise<BinaryOutcome[]> {
    const script = `${import.meta.dir}/commands.py`;
    return parsed(await this.#python([PYTHON, script], JSON.stringify(commands)));
  }

  /** Calls methods of memtomem's storage, one after the other. */
  async theirStorage(...calls: [method: string, ...args: unknown[]][]): Promise<unknown[]> {
    const request = calls.map(([method, ...args]) => [method, args]);
    const script = `${import.meta.dir}/storage.py`;
    const { code, out, err } = await this.#python([PYTHON, script], JSON.stringify(request));
    if (code !== 0) throw new Error(err);
    return out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  /** The rows of sessions as memtomem's storage reads them. */
  async theirRows(...ids: string[]): Promise<TheirRow[]> {
    return (await this.theirStorage(
      ...ids.map((id) => ["get_session", id] as [string, string]),
    )) as TheirRow[];
  }

  /** The events of each session as memtomem's storage reads them. */
  async theirEvents(...ids: string[]): Promise<TheirEvent[][]> {
    const calls = ids.map((id): [string, string] => ["get_session_events", id]);
    return (await this.theirStorage(...calls)) as TheirEvent[][];
  }

  query<T>(sql: string): T[] {
    using db = new Database(this.database, { readonly: true });
    return db.query<T, []>(sql).all();
  }

  /** What SQLite finds wrong with the database. */
  faults(): unknown[] {
    const report = this.query<{ integrity_check: string }>("PRAGMA integrity_check");
    const broken = report.map((row) => row.integrity_check).filter((line) => line !== "ok");
    return [...broken, ...this.query("PRAGMA foreign_key_check")];
  }

  /** Everything in the database that isn't ours, but for the rows of the tables that are shared. */
  belongings(): object {
    const objects = this.query<{ type: string; name: string; sql: string | null }>(
      "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'mm\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'mm\\_%' ESCAPE '\\' ORDER BY name",
    );
    const tables = objects.filter(
      ({ type, name, sql }) =>
        type === "table" && !SHARED.includes(name) && !sql?.startsWith("CREATE VIRTUAL"),
    );
    return {
      objects,
      userVersion: this.query("PRAGMA user_version"),
      applicationId: this.query("PRAGMA application_id"),
      encoding: this.query("PRAGMA encoding"),
      rows: Object.fromEntries(
        tables.map(({ name }) => [name, this.query(`SELECT * FROM "${name}"`)]),
      ),
    };
  }
}

function parsed<T>({ code, out, err }: BinaryOutcome): T {
  if (code !== 0) throw new Error(`exit ${code}: ${out}${err}`);
  return JSON.parse(out) as T;
}
