import type { Connection } from "../connection.ts";
import { columnNames, insertion, MM_USAGE, type UsageRow } from "../tables.ts";

// Only this file writes usage, and exports that are imported.

/** Of a call that is told more than once, the fullest telling counts; whoever had it first keeps it. */
const STORE_CALL = `${insertion("mm_usage", columnNames(MM_USAGE))}
  ON CONFLICT (client, call_id) DO UPDATE SET at_ms = min(at_ms, excluded.at_ms), model = coalesce(excluded.model, model),
    input = excluded.input, cache_read = excluded.cache_read, cache_write_5m = excluded.cache_write_5m,
    cache_write_1h = excluded.cache_write_1h, output = excluded.output, reasoning = excluded.reasoning,
    calls = excluded.calls, is_fast = excluded.is_fast, cost_told = coalesce(excluded.cost_told, cost_told)
  WHERE excluded.output > output OR (excluded.output = output AND (excluded.input > input OR excluded.calls > calls))`;

/** Stores calls of models, inside the caller's transaction. */
export function storeCalls(db: Connection, calls: readonly UsageRow[]): void {
  const statement = db.query<unknown, [UsageRow]>(STORE_CALL);
  for (const call of calls) statement.run(call);
}

const RENAME = "UPDATE OR REPLACE mm_usage SET call_id = ?3 WHERE client = ?1 AND call_id = ?2";

/** Gives stored calls other names, inside the caller's transaction. */
export function renameCalls(
  db: Connection,
  agent: string,
  names: ReadonlyMap<string, string>,
): void {
  for (const [before, now] of names) db.query(RENAME).run(agent, before, now);
}

const REPLACE_CALL = insertion("mm_usage", columnNames(MM_USAGE)).replace(
  "INSERT",
  "INSERT OR REPLACE",
);

const hiddenOf = (externalId: string) => `total:${externalId}`;

/** The name of what a session's calls of a model without a line of their own add up to. */
export function hiddenId(externalId: string, model: string | null): string {
  return `${hiddenOf(externalId)}:${model}`;
}

/** By their names, since a session has thousands of other calls. */
const DELETE_HIDDEN = `DELETE FROM mm_usage WHERE client = ?1 AND call_id >= ?2 || ':' AND call_id < ?2 || ';'
  AND session_id = ?3 AND hidden = 1`;

/** Replaces what a session's calls without a line of their own add up to; `hiddenId` names them. */
export function setHidden(
  db: Connection,
  { id, agent, externalId }: Record<"id" | "agent" | "externalId", string>,
  rows: readonly UsageRow[],
): void {
  db.query(DELETE_HIDDEN).run(agent, hiddenOf(externalId), id);
  const statement = db.query<unknown, [UsageRow]>(REPLACE_CALL);
  for (const row of rows) statement.run(row);
}

const SUMS = `SELECT model, sum(input) AS input, sum(cache_read) AS cache_read, sum(cache_write_5m) AS cache_write_5m,
    sum(cache_write_1h) AS cache_write_1h, sum(output) AS output
  FROM mm_usage WHERE session_id = ?1 AND hidden = 0 AND at_ms <= ?2 GROUP BY model`;

type Sums = Pick<
  UsageRow,
  "model" | "input" | "cache_read" | "cache_write_5m" | "cache_write_1h" | "output"
>;

/** What a session's calls until a time add up to, by model. */
export function sumsUntil(db: Connection, sessionId: string, at: number): Sums[] {
  return db.query<Sums, [string, number]>(SUMS).all(sessionId, at);
}

const HOLDERS = `SELECT DISTINCT session_id FROM mm_usage
  WHERE client = ?1 AND call_id IN (SELECT value FROM json_each(?2)) AND session_id IS NOT ?3`;

/** Other sessions that hold some of these calls: one of both is a copy. */
export function otherHolders(
  db: Connection,
  agent: string,
  calls: readonly string[],
  sessionId: string | null,
): string[] {
  return db
    .query<{ session_id: string }, [string, string, string | null]>(HOLDERS)
    .all(agent, JSON.stringify(calls), sessionId)
    .map((row) => row.session_id);
}

const MOVE = `UPDATE mm_usage SET session_id = ?3
  WHERE client = ?1 AND call_id IN (SELECT value FROM json_each(?2)) AND session_id = ?4`;

/** Gives calls to the session that they were copied from. */
export function moveCalls(
  db: Connection,
  agent: string,
  calls: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): void {
  db.query(MOVE).run(agent, JSON.stringify(calls), to, from);
}

const HELD = `SELECT call_id FROM mm_usage
  WHERE client = ?1 AND call_id IN (SELECT value FROM json_each(?2)) AND session_id = ?3`;

/** Which of these calls a session holds. */
export function heldCalls(
  db: Connection,
  agent: string,
  calls: readonly string[],
  sessionId: string,
): Set<string> {
  const rows = db.query<{ call_id: string }, [string, string, string]>(HELD);
  return new Set(rows.all(agent, JSON.stringify(calls), sessionId).map((row) => row.call_id));
}

const FIRST_BUT = `SELECT min(at_ms) AS at FROM mm_usage WHERE client = ?1 AND session_id = ?3 AND hidden = 0
  AND call_id NOT IN (SELECT value FROM json_each(?2))`;

/** When a session first made a call that is none of these, in milliseconds since 1970. */
export function firstCallBut(
  db: Connection,
  agent: string,
  calls: readonly string[],
  sessionId: string,
): number | null {
  const row = db.query<{ at: number | null }, [string, string, string]>(FIRST_BUT);
  return row.get(agent, JSON.stringify(calls), sessionId)?.at ?? null;
}
