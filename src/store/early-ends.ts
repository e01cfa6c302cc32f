import type { Connection } from "./connection.ts";
import * as sql from "./hook-statements.ts";

/** The rest of a session may be in the spool for days; an end that waits longer waits for nothing. */
const WAITS_MS = 30 * 86_400_000;

/** Keeps an end that came before its session's first event. */
export function rememberEnd(
  db: Connection,
  agentId: string,
  externalId: string,
  at: number,
  reason: string | null,
): void {
  db.query(sql.REMEMBER_END).run(agentId, externalId, at, reason);
  db.query(sql.FORGET_OLD_ENDS).run(at - WAITS_MS);
}

/** The end that came before its session's first event, which is forgotten thereby. */
export function takeEarlyEnd(
  db: Connection,
  agentId: string,
  externalId: string,
): { at: number; reason: string | null } | null {
  const row = db
    .query<{ at_ms: number; reason: string | null }, [string, string]>(sql.EARLY_END)
    .get(agentId, externalId);
  if (row === null) return null;
  db.query(sql.FORGET_EARLY_END).run(agentId, externalId);
  return { at: row.at_ms, reason: row.reason };
}
