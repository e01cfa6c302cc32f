import { expect, test } from "bun:test";
import * as tables from "../../src/store/tables.ts";

/** The columns of each table of ours, by the version that has them. */
const COLUMNS: Readonly<Record<number, Readonly<Record<string, readonly string[]>>>> = {
  5: {
    MM_EVENTS: ["event_id", "session_id", "at_ms", "dedup_key", "own_us", "line"],
    MM_SESSIONS: [
      "session_id",
      "agent_id",
      "external_id",
      "parent_id",
      "client",
      "client_version",
      "model",
      "project",
      "folder",
      "first_commit",
      "remote",
      "root",
      "cwd",
      "branch",
      "transcript",
      "title_from",
      "last_event_ms",
      "ended_ms",
      "ended_by",
      "end_reason",
      "keeps_summary",
      "started",
      "agent_pid",
      "agent_ticks",
      "agent_pid_ns",
      "start_event",
      "start_us",
      "end_event",
      "end_us",
      "history",
    ],
    MM_TRANSCRIPTS: [
      "path",
      "client",
      "source",
      "session_id",
      "parent",
      "inode",
      "size",
      "modified_ms",
      "version",
      "mark",
      "passed_over",
      "taken",
      "tail",
      "state",
    ],
    MM_USAGE: [
      "client",
      "call_id",
      "session_id",
      "at_ms",
      "model",
      "input",
      "cache_read",
      "cache_write_5m",
      "cache_write_1h",
      "output",
      "reasoning",
      "calls",
      "is_fast",
      "hidden",
      "cost_told",
    ],
  },
};

test("who changes a column raises the version, or existing databases would never get it", () => {
  const { MM_EVENTS, MM_SESSIONS, MM_TRANSCRIPTS, MM_USAGE, SCHEMA_VERSION } = tables;
  const all = { MM_EVENTS, MM_SESSIONS, MM_TRANSCRIPTS, MM_USAGE };
  const today: Record<string, readonly string[]> = Object.fromEntries(
    Object.entries<tables.Columns>(all).map(([name, columns]) => [
      name,
      tables.columnNames(columns),
    ]),
  );
  expect(today, `columns of version ${SCHEMA_VERSION}`).toEqual(COLUMNS[SCHEMA_VERSION] ?? {});
});
