import type { Config } from "../settings/home.ts";
import {
  type Connection,
  closeWriter,
  lookAtFile,
  openReading,
  type Reader,
  type Reading,
  type StoreHost,
  signLog,
} from "./connection.ts";
import { liesInHome, openToRead, openToWrite } from "./opening/open.ts";
import { findSession, type Session } from "./rows.ts";
import { currentSession, type StateFiles, stateFileId, stateFilesIn } from "./state-file.ts";
import { BEGIN, COMMIT, NOTE_FILE, ROLLBACK } from "./statements.ts";

/** The database as a transaction or a reader sees it. */
export interface View {
  readonly db: Connection;
  /** Whether the file has the `mm_` tables. If only memtomem has written to it, empty temporary ones take their place. */
  readonly isAdopted: boolean;
  readonly reading: Reading;
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
  /** What the database is to remember of its file, where that has changed. */
  #newMark: number | null = null;

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
      const { db, readiness, reading } = await this.#openReader();
      try {
        const isAdopted = readiness.kind !== "foreign";
        if (!isAdopted && !hasSessions(db)) return undefined;
        if (!isAdopted) (await import("./schema.ts")).standInForOwnTables(db);
        return await work(this.#view(db, isAdopted, reading));
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
        if (this.#createdAs !== null) await this.#finishCreation(db, this.#createdAs);
        if (this.#newMark !== null) this.#noteFile(db, this.#newMark);
        if (await Bun.file(this.#files.pending).exists()) {
          const { settlePending } = await import("./state-file-writer.ts");
          await settlePending(db, this.#files);
        }
        return await work(this.#view(db, true, "shared"));
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
    if (lookAtFile(path).isSized) return true;
    await this.#explained(async () => {
      const { requireFolder, requireReadable } = await import("./create.ts");
      if (!liesInHome(this.#config)) requireFolder(path);
      requireReadable(path);
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
    const { waitMs } = this.#host;
    const reader = await openToRead(path, waitMs);
    if (reader.readiness.kind !== "older") return reader;
    reader.db.close(true);
    await this.#openWriter();
    return openReading(path, waitMs);
  }

  async #openWriter(): Promise<Connection> {
    if (this.#writer !== null) return this.#writer;
    const { db, createdAs, newMark } = await openToWrite(this.#config, this.#host);
    this.#createdAs = createdAs;
    this.#newMark = newMark;
    this.#writer = db;
    return db;
  }

  #noteFile(db: Connection, mark: number): void {
    signLog(db);
    db.query(NOTE_FILE).run(String(mark));
    this.#newMark = null;
  }

  async #finishCreation(db: Connection, createdAs: string): Promise<void> {
    const { finishCreation } = await import("./create.ts");
    finishCreation(db, this.#config.databasePath, createdAs);
    this.#createdAs = null;
  }

  #view(db: Connection, isAdopted: boolean, reading: Reading): View {
    return {
      db,
      isAdopted,
      reading,
      current: () => currentSession(db, this.#files, this.#host.warn),
      hasPendingStart: () => Bun.file(this.#files.pending).size > 0,
    };
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { explainFault } = await import("./faults.ts");
      throw explainFault(error, this.#config.databasePath, this.#config);
    }
  }
}

function hasSessions(db: Connection): boolean {
  return (
    db.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sessions'").get() !==
    null
  );
}
