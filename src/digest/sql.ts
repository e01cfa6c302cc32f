import type { Connection } from "../store/connection.ts";
import { storedText, textOrNull } from "../store/rows.ts";
import { metadataText } from "../store/statements.ts";
import type { FileTool } from "./touched-file.ts";

type Row = Readonly<Record<string, unknown>>;

/** Counts tool calls that name a file, by file, tool and outcome, in first-seen order. */
export const FILE_TOOLS = `SELECT path, tool, failed, count(*) AS count FROM (
    SELECT id, ${metadataText("metadata", "file")} AS path, ${metadataText("metadata", "tool")} AS tool,
      event_type = 'error' AS failed
    FROM session_events WHERE session_id = ?1 AND metadata LIKE '%"file"%')
  WHERE path IS NOT NULL GROUP BY path, tool, failed ORDER BY min(id)`;

export function fileTools(db: Connection, id: string): FileTool[] {
  return db
    .query<Row, [string]>(FILE_TOOLS)
    .all(id)
    .map((row) => ({
      path: storedText(row["path"]),
      tool: storedText(row["tool"]),
      failed: row["failed"] === 1,
      count: Number(row["count"]),
    }));
}

/** Counts events by type and tool. */
export const TYPES_AND_TOOLS = `SELECT type, tool, count(*) AS count FROM (
    SELECT event_type AS type, CASE WHEN event_type IN ('tool_call', 'error') THEN ${metadataText("metadata", "tool")} END AS tool
    FROM session_events WHERE session_id = ?1)
  GROUP BY type, tool`;

/** How many events of one type, and of one tool if it is a tool's. */
export interface TypeAndTool {
  readonly type: string;
  readonly tool: string | null;
  readonly count: number;
}

export function typesAndTools(db: Connection, id: string): TypeAndTool[] {
  return db
    .query<Row, [string]>(TYPES_AND_TOOLS)
    .all(id)
    .map((row) => ({
      type: storedText(row["type"]),
      tool: textOrNull(row["tool"]),
      count: Number(row["count"]),
    }));
}

const LAST_CHARS = 500;

/** The beginning of the last event of a type, with what went wrong in it. */
export const LAST_OF_TYPE = `SELECT substr(content, 1, ${LAST_CHARS}) AS content, ${metadataText("metadata", "error")} AS error
  FROM session_events WHERE session_id = ?1 AND event_type = ?2 ORDER BY id DESC LIMIT 1`;

export function lastOfType(
  db: Connection,
  id: string,
  type: string,
): { readonly content: string; readonly error: string | null } | null {
  const row = db.query<Row, [string, string]>(LAST_OF_TYPE).get(id, type);
  if (row === null) return null;
  return { content: storedText(row["content"]), error: textOrNull(row["error"]) };
}
