import type { Config } from "../../settings/home.ts";
import {
  type Connection,
  closeWriter,
  isKnown,
  lookAtFile,
  needsLook,
  openReading,
  openWriter,
  type Reader,
  readinessOf,
  type StoreHost,
} from "../connection.ts";

/** Whether the database lies in the home, whose folders are made for it. */
export function liesInHome({ databasePath, home }: Config): boolean {
  return databasePath.startsWith(`${home}/`) && !databasePath.includes("/../");
}

/** What another database has left would be played into this one. */
async function requireOwnLog(path: string): Promise<void> {
  (await import("../../files/strays.ts")).requireNoStray(path);
}

async function openAnyhow(path: string, waitMs: number): Promise<Reader> {
  try {
    return openReading(path, waitMs);
  } catch (error) {
    const { openOtherwise } = await import("./otherwise.ts");
    return openOtherwise(error, path, waitMs);
  }
}

/** Opens a database to read. One beside which nothing can be written is read without SQLite's other files. */
export async function openToRead(path: string, waitMs: number): Promise<Reader> {
  if (needsLook(path)) await requireOwnLog(path);
  const reader = await openAnyhow(path, waitMs);
  if (isKnown(reader.readiness, lookAtFile(path))) return reader;
  try {
    await requireOwnLog(path);
    return reader;
  } catch (error) {
    reader.db.close(true);
    throw error;
  }
}

/** A connection that writes, and what its first transaction has to do before anything else. */
export interface OpenedWriter {
  readonly db: Connection;
  /** The name under which the database was just created; null once that is finished. */
  readonly createdAs: string | null;
  /** What the database is to remember of its file, where that has changed. */
  readonly newMark: number | null;
}

/** Opens a database to write. Creates it where it is missing, and makes `mm`'s own tables where they are. */
export async function openToWrite(config: Config, host: StoreHost): Promise<OpenedWriter> {
  const path = config.databasePath;
  const { waitMs } = host;
  let file = lookAtFile(path);
  if (!file.isSized) {
    const { createDatabase, requireFolder } = await import("../create.ts");
    const isOurs = liesInHome(config);
    if (!isOurs) requireFolder(path);
    createDatabase(path, isOurs, host);
    file = lookAtFile(path);
  }
  if (needsLook(path)) await requireOwnLog(path);
  let db = openWriter(path, waitMs);
  try {
    let readiness = readinessOf(db, path);
    if (!isKnown(readiness, file)) await requireOwnLog(path);
    if (readiness.kind === "foreign" || readiness.kind === "older") {
      db.close(true);
      (await import("../create.ts")).adoptDatabase(path, waitMs);
      db = openWriter(path, waitMs);
      readiness = readinessOf(db, path);
      file = lookAtFile(path);
    }
    const createdAs = readiness.kind === "new" ? readiness.createdAs : null;
    return { db, createdAs, newMark: isKnown(readiness, file) ? null : file.mark };
  } catch (error) {
    // What is in the log may not be the database's own; nothing is folded in.
    closeWriter(db, path, Number.POSITIVE_INFINITY);
    throw error;
  }
}
