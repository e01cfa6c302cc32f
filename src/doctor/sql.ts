import { Database } from "bun:sqlite";
import * as fs from "node:fs";
import { statSync } from "node:fs";
import { codeOf } from "../errors.ts";
import { statOf } from "../files/guard.ts";
import { findNoFile } from "../files/strays.ts";
import { foreignKeysToSessions } from "../removal/foreign-keys.ts";
import { enforceForeignKeys } from "../removal/space.ts";
import { countEventsToPurge } from "../removal/sql.ts";
import {
  type Connection,
  lookAtFile,
  openReader,
  openReading,
  type Reader,
} from "../store/connection.ts";
import { appendEvent } from "../store/events.ts";
import { explainFault } from "../store/faults.ts";
import { LAST_EVENT_S, lastSignOfLife } from "../store/observed.ts";
import { openOtherwise } from "../store/opening/otherwise.ts";
import { copyWithAllTables, missingColumns, missingTables } from "../store/schema.ts";
import { BY_HAND, createSession } from "../store/sessions.ts";
import type { View } from "../store/store.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { toTimestamp } from "../text/time.ts";

/** What a look into the database tells of its health; times are milliseconds since 1970. */
export interface DatabaseHealth {
  readonly path: string;
  readonly sqliteVersion: string;
  /** What `quick_check` says of damage; empty where there is none. */
  readonly damage: readonly string[];
  /** Rows that refer to one that isn't there, by table. */
  readonly orphans: readonly { readonly table: string; readonly rows: number }[];
  /** Events of sessions whose removal was cut short. */
  readonly eventsToPurge: number;
  readonly walBytes: number;
  /** The newest time that any session or event has, or null. */
  readonly newestAt: number | null;
}

/** For the sqlite3 shell: removes the rows of a table that refer to nothing, and what hangs on them. */
export function deleteOrphans(table: string): string {
  const text = `'${table.replaceAll("'", "''")}'`;
  const name = `"${table.replaceAll('"', '""')}"`;
  return `PRAGMA foreign_keys = ON; DELETE FROM ${name} WHERE rowid IN (SELECT rowid FROM pragma_foreign_key_check(${text}))`;
}

/**
 * Keeps a copy of the damaged file, and puts what is readable of it in its place, also while programs have it open;
 * nothing where no session can be read. Not every sqlite3 has a `.recover`.
 */
export function recovery(path: string): string {
  const [own, copy, saved] = ["", ".damaged", ".saved"].map((end) => quoteForPosix(path + end));
  const restore = quoteForPosix(`.restore ${JSON.stringify(`${path}.saved`)}`);
  return [
    `cp ${own} ${copy} && rm -f ${saved}`,
    `sqlite3 ${own} .dump | sed 's/^ROLLBACK; -- due to errors$/COMMIT;/' | sqlite3 ${saved}`,
    `sqlite3 ${saved} 'SELECT count(*) FROM sessions'`,
    `sqlite3 ${own} ${restore}`,
  ].join(" && ");
}

/** Why SQLite can't read a file as a database; empty where it can. */
function faultIn(path: string): string {
  try {
    const db = openReader(path, 0);
    try {
      db.query("SELECT count(*) FROM sqlite_schema").get();
      return "";
    } finally {
      db.close(true);
    }
  } catch (error) {
    return codeOf(error);
  }
}

const setAsideLine = (path: string) => `mv ${quoteForPosix(path)} ${quoteForPosix(`${path}.old`)}`;

/** What makes room for a database where something else, or a damaged one, is; null where that isn't why it fails. */
export function makeRoom(path: string): string | null {
  const isThere = statOf(fs, path, "refused") !== undefined;
  if (isThere && statOf(fs, path, "followed")?.isFile() !== true) return setAsideLine(path);
  const fault = isThere ? faultIn(path) : "";
  if (fault === "SQLITE_NOTADB") return setAsideLine(path);
  return fault.startsWith("SQLITE_CORRUPT")
    ? `{ ${recovery(path)}; } || ${setAsideLine(path)}`
    : null;
}

/** Rows of a table that name one of these tables' rows which isn't there. */
function countOrphans(db: Connection, table: string, parents: string): number {
  try {
    return db.query<{ rows: number }, [string, string]>(ORPHANS).get(table, parents)?.rows ?? 0;
  } catch (error) {
    // A key of it points to columns that name no row: SQLite enforces and checks none of the table's then.
    if (codeOf(error) === "SQLITE_ERROR") return 0;
    throw error;
  }
}

/** Along all foreign keys that lead to sessions; all but the events of sessions that are being removed. */
function findOrphans(db: Connection, eventsToPurge: number): DatabaseHealth["orphans"] {
  const keys = foreignKeysToSessions(db);
  const tables = new Set([...SESSION_TABLES, ...keys.map(({ table }) => table)]);
  const parents = JSON.stringify(["sessions", ...tables]);
  return [...tables]
    .map((table) => ({ table, rows: countOrphans(db, table, parents) }))
    .map(({ table, rows }) => ({
      table,
      rows: table === "session_events" ? rows - eventsToPurge : rows,
    }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

const LOCK_WAIT_MS = 5000;

const SESSION_TABLES = ["session_events", "mm_sessions", "mm_events"];

const ORPHANS = `SELECT count(*) AS rows FROM pragma_foreign_key_check(?1)
  WHERE lower(parent) IN (SELECT lower(value) FROM json_each(?2))`;

const NEWEST = `SELECT max((SELECT unixepoch(max(started_at)) FROM sessions),
  coalesce((SELECT unixepoch(created_at) FROM session_events ORDER BY id DESC LIMIT 1), 0),
  coalesce((SELECT max(max(coalesce(last_event_ms, 0), coalesce(ended_ms, 0))) / 1000 FROM mm_sessions), 0)) AS newest`;

/** @throws SQLiteError where the database can't be read at all */
export function databaseHealth({ db }: View, path: string): DatabaseHealth {
  const checked = db.query<{ quick_check: string }, []>("PRAGMA quick_check(3)").all();
  const eventsToPurge = countEventsToPurge(db);
  const newest = db.query<{ newest: number | null }, []>(NEWEST).get()?.newest ?? null;
  return {
    path,
    sqliteVersion: db.query<{ v: string }, []>("SELECT sqlite_version() AS v").get()?.v ?? "",
    damage: checked.map((row) => row.quick_check).filter((line) => line !== "ok"),
    orphans: findOrphans(db, eventsToPurge),
    eventsToPurge,
    walBytes: statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0,
    newestAt: newest === null ? null : newest * 1000,
  };
}

/** Stores a session and an event in a copy of the tables. @throws UserError `database_unusable` or SQLiteError */
function rehearse(db: Connection, path: string): void {
  const copy = copyWithAllTables(db, path);
  try {
    enforceForeignKeys(copy, true);
    const [id, at] = ["00000000-0000-4000-8000-000000000000", "2026-01-01T00:00:00+00:00"];
    const names = { agentId: "x", namespace: "x", title: null };
    createSession(copy, { ...BY_HAND, ...names, id, startedAt: at });
    const event = { sessionId: id, type: "note", content: "", createdAt: at, metadata: {} };
    appendEvent(copy, { ...event, own: { at: 0, dedupKey: id, micros: null } });
  } finally {
    copy.close(true);
  }
}

function openReadable(path: string): Reader {
  try {
    return openReading(path, LOCK_WAIT_MS);
  } catch (error) {
    return openOtherwise(error, path, LOCK_WAIT_MS);
  }
}

/** What of its tables a database has lost. */
interface Lost {
  readonly tables: readonly string[];
  /** As `table.column`; an older database gets what it lacks by itself. */
  readonly columns: readonly string[];
}

const NOTHING_LOST: Lost = { tables: [], columns: [] };

/**
 * The tables and columns that a database of ours has lost; none where it can't be read.
 * @throws UserError `database_unusable` where what another program has made leaves no room for ours
 */
export function lostParts(path: string): Lost {
  // SQLite would wait for a pipe beside it.
  if (!lookAtFile(path).isSized || findNoFile(path) !== null) return NOTHING_LOST;
  let reader: Reader;
  try {
    reader = openReadable(path);
  } catch {
    return NOTHING_LOST;
  }
  try {
    rehearse(reader.db, path);
    const { db, readiness } = reader;
    if (readiness.kind === "foreign") return NOTHING_LOST;
    return {
      tables: missingTables(db),
      columns: readiness.kind === "ready" ? missingColumns(db) : [],
    };
  } catch (error) {
    throw explainFault(error, path);
  } finally {
    reader.db.close(true);
  }
}

const IDLE_BY_HAND = `SELECT CAST(s.id AS TEXT) AS id
  FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
  WHERE s.ended_at IS NULL AND s.started_at < ?1 AND m.client IS NULL
    AND coalesce(${lastSignOfLife(LAST_EVENT_S)}, 0) < ?2 ORDER BY s.started_at, s.rowid`;

/** Active sessions without a sign of life since then, that no hook will end by itself; oldest first. */
export function staleSessions({ db }: View, since: Date): string[] {
  const rows = db
    .query<{ id: string }, [string, number]>(IDLE_BY_HAND)
    .all(toTimestamp(since), since.getTime());
  return rows.map(({ id }) => id);
}

/** Folds the write-ahead log into the database and empties it, as far as other connections let it. */
export function foldLog(path: string): void {
  const db = new Database(path, { readwrite: true, create: false });
  try {
    db.run("PRAGMA busy_timeout = 5000");
    db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  } finally {
    db.close(true);
  }
}

/** Lines of the transcripts of one version of an agent that told nothing. */
export interface UnknownLines {
  readonly agent: string;
  readonly version: string | null;
  readonly lines: number;
  readonly transcripts: number;
}

const NOT_UNDERSTOOD = `SELECT t.client AS agent, m.client_version AS version, sum(t.passed_over) AS lines, count(*) AS transcripts
  FROM mm_transcripts t LEFT JOIN mm_sessions m ON m.session_id = t.session_id
  WHERE t.passed_over > 0 GROUP BY 1, 2 ORDER BY 1, 2`;

export function linesNotUnderstood(db: Connection): UnknownLines[] {
  return db.query<UnknownLines, []>(NOT_UNDERSTOOD).all();
}
