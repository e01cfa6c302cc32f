import type { Config } from "../settings/home.ts";
import {
  type Connection,
  closeWriter,
  openReader,
  openWriter,
  type Readiness,
  readinessOf,
} from "./connection.ts";
import type { Processes } from "./create.ts";
import { findSession, type Session } from "./rows.ts";
import { currentSession, type StateFiles, stateFileId, stateFilesIn } from "./state-file.ts";
import { BEGIN, COMMIT, ROLLBACK } from "./statements.ts";

/** What a store needs from the outside world. */
export interface StoreHost {
  readonly processes: Processes;
  /** The longest wait for a lock, in milliseconds. */
  readonly waitMs: number;
  warn(message: string): void;
}

/** The database as a transaction or a reader sees it. */
export interface View {
  readonly db: Connection;
  /** Whether the file has the `mm_` tables. If only memtomem has written to it, empty temporary ones take their place. */
  readonly isAdopted: boolean;
  /** The session that the state file names, active or not. */
  current(): Promise<Session | null>;
  /** Whether a start has not yet renamed its file into place. The next writer does that. */
  hasPendingStart(): boolean;
}

/** Sessions and events on disk, and the file that names the current session. */
export class Store {
  readonly #config: Config;
  readonly #host: StoreHost;
  readonly #files: StateFiles;
  #writer: Connection | null = null;
  #createdAs: string | null = null;

  constructor(config: Config, host: StoreHost) {
    this.#config = config;
    this.#host = host;
    this.#files = stateFilesIn(config.home);
  }

  /** The folder of everything that `mm` stores. */
  get home(): string {
    return this.#config.home;
  }

  get databasePath(): string {
    return this.#config.databasePath;
  }

  /**
   * Reads without waiting for writers. Creates nothing, except tables and columns that an older `mm` didn't know.
   * @returns undefined if nothing has been stored yet
   */
  async read<T>(work: (view: View) => T | Promise<T>): Promise<T | undefined> {
    if (!(await this.exists())) return undefined;
    return await this.#explained(async () => {
      const { db, kind } = await this.#openReader();
      try {
        const isAdopted = kind !== "foreign";
        if (!isAdopted && !hasSessions(db)) return undefined;
        if (!isAdopted) (await import("./schema.ts")).standInForOwnTables(db);
        return await work(this.#view(db, isAdopted));
      } finally {
        db.close(true);
      }
    });
  }

  /** Runs `work` in one immediate transaction. Creates the database if it is missing. */
  async write<T>(work: (view: View) => T | Promise<T>): Promise<T> {
    return await this.#explained(async () => {
      const db = await this.#openWriter();
      return await this.#locked(db, async () => {
        if (this.#createdAs !== null) await this.#finishCreation(db);
        if (await Bun.file(this.#files.pending).exists()) {
          const { settlePending } = await import("./state-file-writer.ts");
          await settlePending(db, this.#files);
        }
        return await work(this.#view(db, true));
      });
    });
  }

  /** Runs `work` with the writer's connection outside any transaction, which SQLite requires for some statements. */
  async withWriter<T>(work: (db: Connection) => T | Promise<T>): Promise<T> {
    return await this.#explained(async () => await work(await this.#openWriter()));
  }

  /**
   * Like `write`, but `work` may call `makeCurrent` with the id of a session to make it the current one. The
   * state file changes only after the commit. If the process dies in between, the next one finishes this.
   */
  async writeCurrent<T>(
    work: (view: View, makeCurrent: (id: string) => void) => Promise<T>,
  ): Promise<T> {
    const files = this.#files;
    const writer = await import("./state-file-writer.ts");
    let staged: string | null = null;
    const result = await this.write(async (view) => {
      try {
        return await work(view, (id) => {
          writer.stagePending(files, this.#config.home, id);
          staged = id;
        });
      } catch (error) {
        if (staged !== null) writer.discardPending(files);
        throw error;
      }
    });
    if (staged !== null) {
      const id: string = staged;
      await this.#afterCommit(() => writer.publishPending(files, id));
    }
    return result;
  }

  /** Removes the state file if it names this session or, for null, any session that isn't active. */
  async forgetCurrent(id: string | null): Promise<void> {
    const { forgetCurrent } = await import("./state-file-writer.ts");
    await this.#afterCommit((db) => forgetCurrent(db, this.#files, id));
  }

  /**
   * Whether anything can have been stored yet.
   * @throws UserError `invalid_database_path`
   */
  async exists(): Promise<boolean> {
    const path = this.#config.databasePath;
    if (Bun.file(path).size > 0) return true;
    await this.#explained(async () => {
      const { requireAbsent, requireFolder } = await import("./create.ts");
      if (!this.#isInHome()) requireFolder(path);
      requireAbsent(path);
    });
    return false;
  }

  /** The id in the state file with its session, if that exists; null if the file names none. */
  async stateFileSession(): Promise<{ id: string; session: Session | null } | null> {
    const id = await stateFileId(this.#files);
    if (id === null) return null;
    const session = (await this.read(({ db }) => findSession(db, id))) ?? null;
    return { id, session };
  }

  /** Closes the database. A later call opens it again. */
  close(): void {
    if (this.#writer !== null) closeWriter(this.#writer, this.#config.databasePath);
    this.#writer = null;
  }

  /** Runs `work` after a commit. Failing to change the state file is only a warning, because the database is the truth. */
  async #afterCommit(work: (db: Connection) => Promise<void>): Promise<void> {
    try {
      const db = await this.#openWriter();
      await this.#locked(db, () => work(db));
    } catch {
      this.#host.warn(`the state file ${this.#files.state} could not be brought up to date`);
    }
  }

  async #locked<T>(db: Connection, work: () => T | Promise<T>): Promise<T> {
    db.run(BEGIN);
    try {
      const result = await work();
      db.run(COMMIT);
      return result;
    } catch (error) {
      if (db.inTransaction) db.run(ROLLBACK);
      throw error;
    }
  }

  async #openReader(): Promise<Reader> {
    const path = this.#config.databasePath;
    const reader = readerOf(path, this.#host.waitMs);
    if (reader.kind !== "older") return reader;
    reader.db.close(true);
    await this.#openWriter();
    return readerOf(path, this.#host.waitMs);
  }

  async #openWriter(): Promise<Connection> {
    if (this.#writer !== null) return this.#writer;
    const path = this.#config.databasePath;
    const { waitMs, processes } = this.#host;
    if (Bun.file(path).size === 0) {
      const { createDatabase, requireFolder } = await import("./create.ts");
      if (!this.#isInHome()) requireFolder(path);
      createDatabase(path, this.#isInHome(), processes);
    }
    let db = openWriter(path, waitMs);
    try {
      let readiness = readinessOf(db, path);
      if (readiness.kind === "foreign" || readiness.kind === "older") {
        db.close(true);
        (await import("./create.ts")).adoptDatabase(path, waitMs);
        db = openWriter(path, waitMs);
        readiness = readinessOf(db, path);
      }
      this.#createdAs = createdAs(readiness);
    } catch (error) {
      db.close(true);
      throw error;
    }
    this.#writer = db;
    return db;
  }

  async #finishCreation(db: Connection): Promise<void> {
    const { finishCreation } = await import("./create.ts");
    finishCreation(db, this.#config.databasePath, this.#host.processes);
    this.#createdAs = null;
  }

  #isInHome(): boolean {
    const { databasePath, home } = this.#config;
    return databasePath.startsWith(`${home}/`) && !databasePath.includes("/../");
  }

  #view(db: Connection, isAdopted: boolean): View {
    return {
      db,
      isAdopted,
      current: () => currentSession(db, this.#files, this.#host.warn),
      hasPendingStart: () => Bun.file(this.#files.pending).size > 0,
    };
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { explainFault } = await import("./faults.ts");
      throw explainFault(error, this.#config.databasePath);
    }
  }
}

interface Reader {
  readonly db: Connection;
  readonly kind: Readiness["kind"];
}

function readerOf(path: string, waitMs: number): Reader {
  const db = openReader(path, waitMs);
  try {
    return { db, kind: readinessOf(db, path).kind };
  } catch (error) {
    db.close(true);
    throw error;
  }
}

function createdAs(readiness: Readiness): string | null {
  return readiness.kind === "new" ? readiness.createdAs : null;
}

function hasSessions(db: Connection): boolean {
  return (
    db.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sessions'").get() !==
    null
  );
}
