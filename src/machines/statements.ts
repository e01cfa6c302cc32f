import { LAST_EVENT_S, lastSignOfLife } from "../store/observed.ts";
import { columnNames, MM_SESSIONS, MM_USAGE, SESSIONS } from "../store/tables.ts";

export const PULLED_SOURCES = `SELECT source_id, machine, owner, is_own, pushed_ms FROM mm_remote_sources
  ORDER BY machine, owner, source_id`;

/** Which of the sources ?2 have the sessions ?1; the one whose rows are here comes last. Both are JSON lists. */
export const HOLDERS_OF = `SELECT session_id AS id, source_id FROM mm_remote_sessions
  WHERE session_id IN (SELECT value FROM json_each(?1)) AND source_id IN (SELECT value FROM json_each(?2))
  ORDER BY is_stored`;

/** All sources that have the session ?1. */
export const ALSO_ON =
  "SELECT source_id FROM mm_remote_sessions WHERE session_id = ?1 ORDER BY event_count DESC, source_id";

/** The other sessions of the same agent that have the agent's id ?2; ?1 is the agent, ?3 the session itself. */
export const CONTINUED_ON = `SELECT r.session_id AS id, r.source_id FROM mm_remote_sessions r
  JOIN sessions s ON s.id = r.session_id
  WHERE r.external_id = ?2 AND s.agent_id = ?1 AND r.session_id IS NOT ?3 ORDER BY s.started_at`;
export const CONTINUED_HERE = `SELECT m.session_id AS id FROM mm_sessions m
  WHERE m.agent_id = ?1 AND m.external_id = ?2 AND m.session_id IS NOT ?3`;

/** The agent's own id of a session, which only one row of `mm_sessions` may have. */
export const EXTERNAL_ID =
  "SELECT external_id FROM mm_remote_sessions WHERE session_id = ?1 AND external_id IS NOT NULL ORDER BY is_stored DESC LIMIT 1";

export const IS_HERE = "SELECT 1 FROM sessions WHERE id = ?1";

export const ATTACH_REPLICA = "ATTACH ?1 AS replica";

/**
 * Sessions that are both here and in the replica, with how many events each has. ?1 are sources as a JSON list. What
 * somebody else claims to have counts for nothing.
 */
export const IN_BOTH = `SELECT s.id, (SELECT count(*) FROM main.session_events e WHERE e.session_id = s.id) AS here,
    (SELECT max(CASE WHEN c.is_own THEN r.event_count ELSE 0 END) FROM replica.mm_remote_sessions r
      JOIN replica.mm_remote_sources c ON c.source_id = r.source_id
      WHERE r.session_id = s.id AND r.source_id IN (SELECT value FROM json_each(?1))) AS there
  FROM replica.sessions o JOIN main.sessions s ON s.id = o.id WHERE there IS NOT NULL`;

const listed = (names: readonly string[]) => names.join(", ");

/** The schema in which a connection has the tables: an index has the database attached as \`source\`. */
export type Schema = "main" | "source";

export const LEFT_OUT = "CREATE TEMP TABLE mm_left_out (id TEXT PRIMARY KEY) WITHOUT ROWID";
export const FILL_LEFT_OUT = "INSERT INTO mm_left_out SELECT value FROM json_each(?1)";
export const CHOSEN = "CREATE TEMP TABLE mm_chosen (source_id TEXT PRIMARY KEY) WITHOUT ROWID";
export const FILL_CHOSEN = "INSERT INTO mm_chosen SELECT value FROM json_each(?1)";

/**
 * Takes the place of \`sessions\`, with only those that are read. SQLite reads the table through it as if the conditions
 * stood in the query.
 */
export function narrowedSessions(schema: Schema, isChosen: boolean): string {
  const chosen = `AND EXISTS (SELECT 1 FROM ${schema}.mm_remote_sessions r
    WHERE r.session_id = t.id AND r.source_id IN (SELECT source_id FROM temp.mm_chosen))`;
  return `CREATE TEMP VIEW sessions AS SELECT t.rowid AS rowid, ${listed(columnNames(SESSIONS).map((name) => `t.${name}`))}
    FROM ${schema}.sessions t WHERE t.id NOT IN (SELECT id FROM temp.mm_left_out) ${isChosen ? chosen : ""}`;
}

export const CLONES =
  "CREATE TEMP TABLE mm_clones (project TEXT PRIMARY KEY, folder TEXT NOT NULL) WITHOUT ROWID";
export const ADD_CLONE = "INSERT INTO mm_clones (project, folder) VALUES (?1, ?2)";

/** Takes the place of \`mm_sessions\`, with the folder of a project's clone on this machine. */
export function locatedSessions(schema: Schema): string {
  const columns = columnNames(MM_SESSIONS).map((name) =>
    name === "folder"
      ? "(SELECT c.folder FROM temp.mm_clones c WHERE c.project = t.project) AS folder"
      : `t.${name}`,
  );
  return `CREATE TEMP VIEW mm_sessions AS SELECT t.rowid AS rowid, ${listed(columns)} FROM ${schema}.mm_sessions t`;
}

/** The last sign of life of the session ?1. */
export const LAST_SIGN = `SELECT ${lastSignOfLife(LAST_EVENT_S)} AS at
  FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id WHERE s.id = ?1`;

export const ATTACH_HERE = "ATTACH ?1 AS here";
export const HAS_CALLS =
  "SELECT 1 FROM here.sqlite_schema WHERE type = 'table' AND name = 'mm_usage'";

/** Takes the place of `mm_usage`: a conversation that goes on on another machine brings its calls along. */
export const CALLS_ONLY_THERE = `CREATE TEMP VIEW mm_usage AS SELECT ${listed(columnNames(MM_USAGE).map((name) => `t.${name}`))}
  FROM main.mm_usage t WHERE NOT EXISTS (SELECT 1 FROM here.mm_usage o
    WHERE o.client = t.client AND o.call_id = t.call_id AND o.session_id <> t.session_id)`;
