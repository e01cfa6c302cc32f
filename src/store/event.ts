/** The event types that `activity log` accepts; the database may hold others. */
export const LOGGED_TYPES = [
  "tool_call",
  "subagent_start",
  "subagent_stop",
  "decision",
  "error",
  "prompt",
  "note",
] as const;

export type LoggedType = (typeof LOGGED_TYPES)[number];

/** A row of `session_events`. */
export interface Event {
  readonly type: string;
  readonly content: string;
  /** As stored, normally in the form of `toTimestamp`. */
  readonly createdAt: string;
  /** `{}` where the stored text is no JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Content is kept whole up to this many bytes of UTF-8. */
export const MAX_CONTENT_BYTES = 1_048_576;
