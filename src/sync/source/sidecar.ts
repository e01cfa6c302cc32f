import { constants, Database } from "bun:sqlite";
import * as fs from "node:fs";
import { rmSync } from "node:fs";
import { codeOf, UserError } from "../../errors.ts";
import { removeNoFile, touch } from "../../files/guard.ts";
import {
  type Connection,
  lockWithoutFiles,
  type Reading,
  readerUri,
} from "../../store/connection.ts";
import { standInForOwnTables } from "../../store/schema.ts";
import { setLockWait } from "../../store/statements.ts";
import type { Store } from "../../store/store.ts";
import * as sql from "./statements.ts";

/** The file beside a database that notes what was sent of it. It can be removed: the server knows it, too. */
function sidecarPath(databasePath: string): string {
  return `${databasePath}.mm-sync`;
}

const WAIT_MS = 5000;
const DAMAGED = /^SQLITE_(?:CORRUPT|NOTADB|FORMAT)/u;

function remove(path: string): void {
  for (const end of ["-journal", ""]) rmSync(`${path}${end}`, { force: true });
}

function prepare(db: Connection): "ready" | "other" {
  const form = db.query<{ user_version: number }, []>(sql.FORM_OF).get()?.user_version;
  if (form === 0) db.run(sql.CREATE_SIDECAR);
  return form === 0 || form === sql.SIDECAR_FORM ? "ready" : "other";
}

function open(databasePath: string, reading: Reading): Connection | null {
  const path = sidecarPath(databasePath);
  // SQLite would wait for a pipe, and whatever has these names is ours.
  for (const end of ["", "-journal"]) removeNoFile(fs, `${path}${end}`);
  touch(fs, path);
  const db = new Database(path, constants.SQLITE_OPEN_READWRITE | constants.SQLITE_OPEN_URI);
  try {
    db.run(setLockWait(WAIT_MS));
    if (reading === "log") lockWithoutFiles(db);
    db.run(sql.SIDECAR_SETTINGS);
    if (prepare(db) === "other") {
      db.close(true);
      return null;
    }
    db.query("ATTACH ?1 AS source").run(readerUri(databasePath, reading));
    if (db.query(sql.SOURCE_HAS_OWN_TABLES).get() === null) standInForOwnTables(db);
    return db;
  } catch (error) {
    db.close(true);
    if (DAMAGED.test(codeOf(error))) return null;
    throw error;
  }
}

/**
 * Opens the sidecar, with the database attached read-only as `source`. One that is damaged or of another form is made
 * anew.
 * @throws SQLiteError or the system's error
 */
export function openSidecar(databasePath: string, reading: Reading): Connection {
  const db = open(databasePath, reading);
  if (db !== null) return db;
  remove(sidecarPath(databasePath));
  const again = open(databasePath, reading);
  if (again !== null) return again;
  throw new Error(`another mm keeps making ${sidecarPath(databasePath)} anew`);
}

/**
 * Runs `work` with the sidecar of a store, and closes it.
 * @returns undefined if there is no database yet
 */
export async function withSidecar<T>(
  store: Store,
  work: (sidecar: Connection) => T | Promise<T>,
): Promise<T | undefined> {
  const reading = await store.read((view) => view.reading);
  if (reading === undefined) return undefined;
  const sidecar = openSidecar(store.databasePath, reading);
  try {
    return await work(sidecar);
  } finally {
    sidecar.close(true);
  }
}

/**
 * Has the next push compare all sessions with what a server has: texts are replaced where they stand. Of some, all
 * events are sent again.
 */
export async function compareAllAgain(store: Store, rewritten: readonly string[]): Promise<void> {
  if (Bun.file(sidecarPath(store.databasePath)).size === 0) return;
  await withSidecar(store, (sidecar) => {
    sidecar.query(sql.EXPECT_REWRITTEN).run(JSON.stringify(rewritten));
    sidecar.run(sql.EXPECT_ALL);
  });
}

/**
 * Runs `work` unless another process of this database pushes or pulls. The lock goes with the process.
 * @returns null if another one is at work
 */
export async function alone<T>(
  databasePath: string,
  work: () => Promise<T>,
): Promise<{ value: T } | null> {
  const path = `${sidecarPath(databasePath)}-lock`;
  removeNoFile(fs, path);
  touch(fs, path);
  const lock = new Database(path, { readwrite: true, create: false });
  try {
    lock.run("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close(true);
    if (codeOf(error).startsWith("SQLITE_BUSY")) return null;
    if (!DAMAGED.test(codeOf(error))) throw error;
    throw new UserError(
      "sync_settings",
      `${path} isn't a lock file of mm`,
      "remove it, then run this again",
    );
  }
  try {
    return { value: await work() };
  } finally {
    lock.close(true);
  }
}
