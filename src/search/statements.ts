import { localMinute, metadataText } from "../store/statements.ts";
import { eventText, SESSION_BASE, SESSION_ROWID } from "./text-index/statements.ts";

/** The statements that query the search index. SQLite 3.40 is enough for them. */

/** An event or session that was deleted but is still indexed has no row in `sessions`. */
const OF_HITS = `LEFT JOIN session_events e ON e.id = h.rowid
  LEFT JOIN search_sessions d ON d.doc = h.rowid + ${SESSION_BASE}
  LEFT JOIN sessions s ON s.id = coalesce(e.session_id, d.session_id)
  LEFT JOIN mm_sessions m ON m.session_id = s.id`;

/** Newest first among equals, judging by rowids. */
const BEST = "ORDER BY rank, rowid DESC LIMIT $window";

/**
 * The best hits. Hits are joined with their rows before the limit only if there are conditions; those that don't meet
 * the exceptions have no session.
 */
export function bestHits(where: readonly string[], except: readonly string[]): string {
  const hits = "SELECT rowid, rank AS score FROM search_text WHERE search_text MATCH $match";
  const id = except.length === 0 ? "s.id" : `CASE WHEN ${except.join(" AND ")} THEN s.id END`;
  const columns = `h.rowid, h.score, ${id} AS session_id, e.event_type,
    coalesce(e.created_at, s.started_at) AS created_at`;
  const order = (rowid: string) => `ORDER BY score, created_at DESC, ${rowid} DESC`;
  const best =
    where.length === 0
      ? `SELECT ${columns} FROM (${hits} ${BEST}) h ${OF_HITS}`
      : `SELECT ${columns} FROM (${hits}) h ${OF_HITS} WHERE ${where.join(" AND ")} ${order("h.rowid")} LIMIT $window`;
  return `SELECT *, ${localMinute("created_at")} AS created_local FROM (${best}) ${order("rowid")}`;
}

/** Counts the documents of an expression, up to ?2. */
export const COUNT_UP_TO = `SELECT count(*) AS n FROM
  (SELECT 1 FROM search_text WHERE search_text MATCH ?1 LIMIT ?2)`;

/** How agents name the tools of the server of `mm`, as a tool call's content begins. */
const RECALL = [
  ...["mcp__mm__", "mcp__plugin_mm_mm__", "mcp_mm_"],
  // Codex' transcripts leave the server out.
  ...["search_sessions", "show_session", "add_note"].flatMap((tool) => [
    `mm[-_]${tool}`,
    `${tool}:`,
  ]),
];

/** An event that is no call of a tool of the server of `mm`. */
export const NO_RECALL = `NOT coalesce(e.event_type IN ('tool_call', 'error')
  AND (${RECALL.map((name) => `e.content GLOB '${name}*'`).join(" OR ")}), 0)`;

const FILE = metadataText("e.metadata", "file");

/** A condition on an event's file: an absolute $file itself, which may be stored below the session's folder, or an end. */
export const OF_FILE = `CASE WHEN $file GLOB '/*' THEN $file IN (${FILE}, m.cwd || '/' || ${FILE})
  ELSE substr('/' || ${FILE}, -length($file) - 1) = '/' || $file END`;

/** Counts the hits in `scope` that meet the conditions. */
export function countHits(scope: string, where: readonly string[]): string {
  return `SELECT count(*) AS n FROM (SELECT rowid FROM search_text
    WHERE search_text MATCH $match AND ${scope}) h ${OF_HITS} WHERE ${where.join(" AND ")}`;
}

/** The text as the timeline shows it. */
const SHOWN_EVENT_TEXT = eventText("' — '");

/** From the first to the last event of a session. */
export const IN_RANGE = "rowid BETWEEN $low AND $high";

/** The session's own document. */
export const OWN_DOCUMENT = `rowid = (SELECT ${SESSION_ROWID} FROM search_sessions d WHERE d.session_id = $id)`;

export const RANGE = `SELECT coalesce(min(id), 0) AS low, coalesce(max(id), 0) AS high
  FROM session_events WHERE session_id = ?1`;

export const EVENT = `SELECT ${SHOWN_EVENT_TEXT} AS text, ${metadataText("metadata", "file")} AS file,
    ${metadataText("metadata", "tool")} AS tool
  FROM session_events WHERE id = ?1`;
export const SESSION_TEXT = `SELECT d.text FROM search_sessions d WHERE d.doc = ?1 + ${SESSION_BASE}`;

export const FOUND_DETAILS = `SELECT project, root, ${localMinute("s.started_at")} AS started_local FROM sessions s
  LEFT JOIN mm_sessions m ON m.session_id = s.id WHERE s.id = ?1`;
