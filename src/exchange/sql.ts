import { digestOf } from "../digest/digest.ts";
import type { Connection } from "../store/connection.ts";
import { storedText, storedTime, textOrNull } from "../store/rows.ts";
import { epochSeconds, metadataText, offsetFromUtc } from "../store/statements.ts";
import type { View } from "../store/store.ts";
import type { StoredRecord, StoredRow, StoredValue } from "../store/stored-rows.ts";
import {
  exportedNames,
  MM_EVENTS,
  MM_SESSIONS,
  MM_USAGE,
  SESSION_EVENTS,
  SESSIONS,
} from "../store/tables.ts";
import { usageOfSessions } from "../usage/totals.ts";
import type { LocalTimes } from "./facts.ts";
import { type OutlineEvent, type SessionOutline, sessionOutline } from "./outline.ts";
import type { StoredSession, Totals } from "./record.ts";

const SESSION_COLUMNS = exportedNames(SESSIONS);
const OWN_SESSION_COLUMNS = exportedNames(MM_SESSIONS);
const EVENT_COLUMNS = exportedNames(SESSION_EVENTS);
const OWN_EVENT_COLUMNS = exportedNames(MM_EVENTS);

const HOLDER = "SELECT session_id AS id FROM mm_sessions WHERE agent_id = ?1 AND external_id = ?2";

/** The id of a stored session with the same agent and external id, or null. */
export function holderOf(db: Connection, { row, own }: StoredRecord): string | null {
  if (own === null) return null;
  const key = [row["agent_id"] ?? null, own["external_id"] ?? null];
  return db.query<{ id: string }, StoredValue[]>(HOLDER).get(...key)?.id ?? null;
}

/** The sessions to export: those named, or all that started at or after a timestamp. */
export type Selection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "since"; readonly since: string | null };

const list = (prefix: string, names: readonly string[]) =>
  names.map((name) => `${prefix}.${name}`).join(", ");

const SELECT_SESSION = `SELECT ${list("s", SESSION_COLUMNS)} FROM sessions s`;
const ORDERS = {
  oldest: "ORDER BY s.started_at, s.rowid",
  newest: "ORDER BY s.started_at DESC, s.rowid DESC",
} as const;
const OWN_SESSION = `SELECT ${list("m", OWN_SESSION_COLUMNS)} FROM mm_sessions m WHERE m.session_id = ?1`;
const EVENTS = `SELECT ${list("e", EVENT_COLUMNS)}, ${list("m", OWN_EVENT_COLUMNS)}
  FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id WHERE e.session_id = ?1 ORDER BY e.id`;

const USAGE = `SELECT ${list("u", exportedNames(MM_USAGE))} FROM mm_usage u WHERE u.session_id = ?1
  ORDER BY u.client, u.call_id`;

function split(row: StoredRow, names: readonly string[]): StoredRow {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function ownOf(db: Connection, id: StoredValue): StoredRow | null {
  return db.query<StoredRow, [StoredValue]>(OWN_SESSION).get(id);
}

function* rowsOf(
  db: Connection,
  selection: Selection,
  order: keyof typeof ORDERS,
): Generator<StoredRow> {
  if (selection.kind === "ids") {
    const byId = db.query<StoredRow, [string]>(`${SELECT_SESSION} WHERE s.id = ?1`);
    for (const id of selection.ids) yield* byId.all(id);
    return;
  }
  const since = `${SELECT_SESSION} WHERE ?1 IS NULL OR s.started_at >= ?1 ${ORDERS[order]}`;
  yield* db.query<StoredRow, [string | null]>(since).iterate(selection.since);
}

const LAST_EVENT =
  "SELECT max(unixepoch(created_at)) * 1000 AS ms FROM session_events WHERE session_id = ?1";

function lastEventOf(db: Connection, id: StoredValue): number | null {
  return db.query<{ ms: number | null }, [StoredValue]>(LAST_EVENT).get(id)?.ms ?? null;
}

/** Freezes the view at its first read, so that it doesn't show what others write in the meantime. */
export function freezeView({ db }: View): void {
  db.run("BEGIN");
}

const OUTLINE = `SELECT e.event_type, m.at_ms, ${epochSeconds("e.created_at")} AS created_s,
    CASE WHEN e.event_type = 'error' THEN substr(e.content, 1, 300) END AS content,
    CASE WHEN e.event_type = 'error' THEN ${metadataText("e.metadata", "error")} END AS error
  FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id WHERE e.session_id = ?1 ORDER BY e.id`;

function* outlineEvents(db: Connection, id: StoredValue): Generator<OutlineEvent> {
  for (const row of db.query<StoredRow, [StoredValue]>(OUTLINE).iterate(id)) {
    const parts = [row["content"], row["error"]].map(textOrNull);
    yield {
      type: storedText(row["event_type"]),
      at: storedTime(row["at_ms"], row["created_s"]),
      failure: parts.filter((part) => part !== null).join(" — "),
    };
  }
}

/** How sessions are read: in which order, and the prices of the settings. */
export interface SessionsRead {
  readonly isNewestFirst?: boolean | undefined;
  readonly prices?: Readonly<Record<string, unknown>>;
}

/** The selected sessions: those that were named in that order, others by their start. */
export function* storedSessions(
  { db }: View,
  selection: Selection,
  { isNewestFirst = false, prices = {} }: SessionsRead = {},
): Generator<StoredSession> {
  for (const row of rowsOf(db, selection, isNewestFirst ? "newest" : "oldest")) {
    const id = row["id"] ?? null;
    let outline: SessionOutline | null = null;
    yield {
      row,
      machine: null,
      own: ownOf(db, id),
      usage: db.query<StoredRow, [StoredValue]>(USAGE).all(id),
      lastEventMs: () => lastEventOf(db, id),
      outlineEvents: () => outlineEvents(db, id),
      outline: () => {
        outline ??= sessionOutline(outlineEvents(db, id));
        return outline;
      },
      digest: () => digestOf(db, storedText(id)),
      spent: () => usageOfSessions(db, [storedText(id)], prices).get(storedText(id)) ?? null,
    };
  }
}

const LOCAL = "SELECT strftime('%Y-%m-%d %H:%M:%S', ?1, 'unixepoch', 'localtime') AS local";
const OFFSET = `SELECT ${offsetFromUtc("datetime(?1, 'unixepoch')")} AS offset`;

/** Local times, by the C library's time zone. */
export function localClock({ db }: View): LocalTimes {
  const seconds = (ms: number) => Math.floor(ms / 1000);
  return {
    local: (ms) =>
      db.query<{ local: string | null }, [number]>(LOCAL).get(seconds(ms))?.local ?? "?",
    zone: (ms) => {
      const offset = db.query<{ offset: string | null }, [number]>(OFFSET).get(seconds(ms))?.offset;
      return offset === "+00:00" ? "UTC" : (offset ?? "");
    },
  };
}

/** The events of a session in order. */
export function* storedEvents({ db }: View, sessionId: StoredValue): Generator<StoredRecord> {
  for (const joined of db.query<StoredRow, [StoredValue]>(EVENTS).iterate(sessionId)) {
    const isOwn = joined["at_ms"] !== null;
    yield {
      row: split(joined, EVENT_COLUMNS),
      own: isOwn ? split(joined, OWN_EVENT_COLUMNS) : null,
    };
  }
}

const COUNT = "count(DISTINCT s.id) AS sessions, count(e.id) AS events";
const WITH_EVENTS = "sessions s LEFT JOIN session_events e ON e.session_id = s.id";

/** How many sessions and events are selected. */
export function countSelected({ db }: View, selection: Selection): Totals {
  const [where, value] =
    selection.kind === "ids"
      ? ["s.id IN (SELECT value FROM json_each(?1))", JSON.stringify(selection.ids)]
      : ["?1 IS NULL OR s.started_at >= ?1", selection.since];
  const counted = `SELECT ${COUNT} FROM ${WITH_EVENTS} WHERE ${where}`;
  return db.query<Totals, [string | null]>(counted).get(value) ?? { sessions: 0, events: 0 };
}
