/** The columns of the tables that an export holds, in its order; a session's and an event's ids are not the store's own. */

export const SESSION_COLUMNS = [
  "id",
  "agent_id",
  "started_at",
  "ended_at",
  "summary",
  "metadata",
  "namespace",
] as const;

export const OWN_SESSION_COLUMNS = [
  "external_id",
  "parent_id",
  "client",
  "client_version",
  "model",
  "project",
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
  "start_event",
  "start_us",
  "end_event",
  "end_us",
] as const;

export const EVENT_COLUMNS = [
  "event_type",
  "content",
  "chunk_ids",
  "created_at",
  "metadata",
] as const;

export const OWN_EVENT_COLUMNS = ["at_ms", "dedup_key", "own_us"] as const;
