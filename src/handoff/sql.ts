import { IN_PROJECT, type ProjectFilter, projectParameter } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { CIRCUMSTANCES, type Circumstances, toCircumstances } from "../store/observed.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { epochSeconds, localMinute, metadataText } from "../store/statements.ts";

const AT = `coalesce(o.at_ms, ${epochSeconds("e.created_at")} * 1000)`;

/** The beginnings of a session's events of some types, in order; ?2 is a JSON array. */
const SAID = `SELECT type, content, error FROM (
    SELECT e.id, e.event_type AS type, substr(e.content, 1, 4000) AS content, ${AT} AS at,
      ${metadataText("e.metadata", "error")} AS error
    FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id
    WHERE e.session_id = ?1 AND e.event_type IN (SELECT value FROM json_each(?2)))
  ORDER BY at, id`;

/** Something that was said, settled or went wrong in a session. */
export interface Said {
  readonly type: string;
  readonly text: string;
}

/** The events of a session that tell what it was about, in order. */
export function saidIn(db: Connection, id: string, types: readonly string[]): Said[] {
  return db
    .query<Readonly<Record<string, unknown>>, [string, string]>(SAID)
    .all(id, JSON.stringify(types))
    .map((row) => {
      const error = textOrNull(row["error"]);
      const text = storedText(row["content"]);
      return { type: storedText(row["type"]), text: error === null ? text : `${text} — ${error}` };
    });
}

const WHERE = `SELECT ${CIRCUMSTANCES},
    ${localMinute("s.started_at")} AS started_local, ${localMinute("s.ended_at")} AS ended_local
  FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id WHERE s.id = ?1`;

/** Where and when a session ran. */
export interface Run extends Circumstances {
  readonly startedLocal: string | null;
  /** Null while it is active. */
  readonly endedLocal: string | null;
}

export function runOf(db: Connection, id: string): Run {
  const row = db.query<Readonly<Record<string, unknown>>, [string]>(WHERE).get(id) ?? {};
  return {
    ...toCircumstances(row),
    startedLocal: textOrNull(row["started_local"]),
    endedLocal: textOrNull(row["ended_local"]),
  };
}

const LAST = `SELECT s.id FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
  WHERE ${IN_PROJECT} ORDER BY coalesce(m.last_event_ms, m.ended_ms) DESC, s.rowid DESC LIMIT 1`;

/** The session of a project that was last active; null if it has none. */
export function lastOfProject(db: Connection, project: ProjectFilter): string | null {
  const values = { $project: projectParameter(project) };
  return textOrNull(db.query<{ id: unknown }, [typeof values]>(LAST).get(values)?.id);
}
