import type { Connection } from "../store/connection.ts";
import type { Event } from "../store/events.ts";
import { parseMetadata, storedMs, storedText } from "../store/rows.ts";
import { epochSeconds, localMinute } from "../store/statements.ts";
import { inTimeOrder } from "../text/time.ts";

/** Events of a session in order: at most $limit (all for -1) between two ids, and only of $type unless it is NULL. */
const eventsBetween = (
  which: "first" | "last",
) => `SELECT id, event_type, content, created_at, metadata,
    ${localMinute("created_at")} AS created_local,
    (SELECT at_ms FROM mm_events WHERE event_id = id) AS at_ms FROM (
    SELECT id, event_type, content, created_at, metadata FROM session_events
    WHERE session_id = $session AND id > $after AND id < $before AND ($type IS NULL OR event_type = $type)
    ORDER BY id ${which === "last" ? "DESC" : "ASC"} LIMIT $limit
  ) ORDER BY id`;

/** What an event has in JSON besides its content and metadata, in bytes. */
const AROUND = 110;

/** About how large these events are in JSON, from the end that is shown in any case. */
const sizesBetween = (
  which: "first" | "last",
) => `SELECT coalesce(length(CAST(content AS BLOB)), 0) + coalesce(length(CAST(metadata AS BLOB)), 0) + ${AROUND} AS bytes
    FROM session_events
    WHERE session_id = $session AND id > $after AND id < $before AND ($type IS NULL OR event_type = $type)
    ORDER BY id ${which === "last" ? "DESC" : "ASC"} LIMIT $limit`;

interface EventRow {
  readonly id: number;
  readonly event_type: unknown;
  readonly content: unknown;
  readonly created_at: unknown;
  readonly metadata: unknown;
  readonly created_local: unknown;
  readonly at_ms: unknown;
}

export interface ListedEvent extends Event {
  readonly id: number;
  /** When it was stored, in local time to the minute. */
  readonly createdLocal: string;
}

/** Which events of a session; null is no filter. */
export interface EventRange {
  readonly type: string | null;
  /** With `after` the first so many, else the last. */
  readonly limit: number | null;
  /** Ids of events, which these come after or before. */
  readonly after: number | null;
  readonly before: number | null;
  /** Fewer where they are larger than about so many bytes in JSON, but at least one. */
  readonly bytes: number | null;
}

/** Some events of a session in the order they happened, and the ids to go on from. */
export interface EventSlice {
  readonly events: readonly ListedEvent[];
  /** What comes before these is before this id; null where nothing does. */
  readonly before: number | null;
  /** What comes after these is after this id; null where the session has no event. */
  readonly after: number | null;
  /** Whether something does. */
  readonly more: boolean;
}

function toListedEvent(row: EventRow): ListedEvent {
  return {
    id: row.id,
    type: storedText(row.event_type),
    content: storedText(row.content),
    createdAt: storedText(row.created_at),
    createdLocal: storedText(row.created_local),
    metadata: parseMetadata(row.metadata),
  };
}

type RangeParameters = Readonly<Record<"session", string>> &
  Readonly<Record<"after" | "before" | "limit", number>> &
  Readonly<Record<"type", string | null>>;

/** How many of these events fit into so many bytes; at least one. */
function fitting(
  db: Connection,
  which: "first" | "last",
  range: RangeParameters,
  bytes: number,
): number {
  const sizes = db.query<{ bytes: number }, [RangeParameters]>(sizesBetween(which));
  let [count, left] = [0, bytes];
  for (const row of sizes.iterate(range)) {
    left -= row.bytes;
    if (left < 0) break;
    count++;
  }
  return Math.max(1, count);
}

/** Reads a part of a session's events. */
export function eventPage(db: Connection, session: string, range: EventRange): EventSlice {
  const { type, after, before, bytes } = range;
  const which = after === null ? "last" : "first";
  const between = (part: Pick<EventRange, "after" | "before" | "limit">) => ({
    session,
    type,
    limit: part.limit ?? -1,
    after: part.after ?? Number.MIN_SAFE_INTEGER,
    before: part.before ?? Number.MAX_SAFE_INTEGER,
  });
  const limit = bytes === null ? range.limit : fitting(db, which, between(range), bytes);
  const select = (from: "first" | "last", part: Pick<EventRange, "after" | "before" | "limit">) =>
    db.query<EventRow, [RangeParameters]>(eventsBetween(from)).all(between(part));
  const stored = select(which, { limit, after, before });
  const [first, last] = [stored[0]?.id ?? null, stored.at(-1)?.id ?? null];
  const isAny = (beyond: Pick<EventRange, "after" | "before">) =>
    select("first", { limit: 1, ...beyond }).length > 0;
  const earlier = first ?? before;
  const later = last ?? after;
  return {
    events: [...inTimeOrder(stored, ({ at_ms }) => storedMs(at_ms))].map(toListedEvent),
    before: earlier !== null && isAny({ after: null, before: earlier }) ? earlier : null,
    after: later,
    more: later !== null && isAny({ after: later, before: null }),
  };
}

const TIME_PARTS = 120;

/** How many events of a type happened in each of `TIME_PARTS` equal parts of a session. */
export interface CountsOverTime {
  readonly type: string;
  readonly counts: readonly number[];
}

/** What happened before the first part or after the last counts there, because clocks differ. */
const COUNTS_OVER_TIME = `SELECT event_type AS type, max(0, min(${TIME_PARTS - 1},
      CAST((at - $from) * ${TIME_PARTS} / max(1, $until - $from) AS INTEGER))) AS part, count(*) AS count
    FROM (SELECT e.event_type, coalesce(o.at_ms, ${epochSeconds("e.created_at")} * 1000) AS at
      FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id WHERE e.session_id = $session)
    WHERE at IS NOT NULL GROUP BY 1, 2`;

/** Counts a session's events over the time between two times in milliseconds, the most frequent type first. */
export function countsOverTime(
  db: Connection,
  session: string,
  from: number,
  until: number,
): CountsOverTime[] {
  const rows = db
    .query<
      { type: unknown; part: number; count: number },
      [{ session: string; from: number; until: number }]
    >(COUNTS_OVER_TIME)
    .all({ session, from, until });
  const types = new Map<string, number[]>();
  for (const { type, part, count } of rows) {
    const name = storedText(type);
    const counts = types.get(name) ?? new Array<number>(TIME_PARTS).fill(0);
    counts[part] = (counts[part] ?? 0) + count;
    types.set(name, counts);
  }
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  return [...types]
    .map(([type, counts]) => ({ type, counts }))
    .sort((a, b) => total(b.counts) - total(a.counts));
}
