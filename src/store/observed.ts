import { textOrNull } from "./rows.ts";
import { epochSeconds, metadataObject } from "./statements.ts";

/** Who ran a session, and where, as far as its agent told. */
export interface Circumstances {
  /** The word in `mm hook AGENT EVENT`. */
  readonly agent: string | null;
  /** The agent's own id of it. */
  readonly externalId: string | null;
  readonly transcript: string | null;
  readonly model: string | null;
  readonly root: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
}

/** What `toCircumstances` reads, of a row `m` in `mm_sessions`. */
export const CIRCUMSTANCES =
  "m.client, m.external_id, m.transcript, m.model, m.root, m.cwd, m.branch";

export function toCircumstances(row: Readonly<Record<string, unknown>>): Circumstances {
  return {
    agent: textOrNull(row["client"]),
    externalId: textOrNull(row["external_id"]),
    transcript: textOrNull(row["transcript"]),
    model: textOrNull(row["model"]),
    root: textOrNull(row["root"]),
    cwd: textOrNull(row["cwd"]),
    branch: textOrNull(row["branch"]),
  };
}

/** Hooks that an agent runs one after the other may overtake each other within this time, in milliseconds. */
const OVERTAKEN_MS = 2000;
/** So many at most. */
const OVERTAKING = 8;

const isMarked = (name: string) =>
  `json_type(${metadataObject("t.metadata")}, '$.${name}') = 'true'`;

/**
 * The type of the last event of a session `s` that tells whether its agent is at work: a compaction or a note
 * doesn't. A notice that the agent sets to work on counts as a prompt; one that asks for an answer is `asks`. It is
 * the event that was stored last, or one that happened a moment after that. NULL where there is none.
 */
export const LAST_TURN_TYPE = `(SELECT CASE WHEN ${isMarked("starts_turn")} THEN 'prompt'
      WHEN ${isMarked("asks")} THEN 'asks' ELSE t.event_type END
    FROM (SELECT l.*, l.at_ms - first_value(l.at_ms) OVER (ORDER BY l.id DESC) AS later_ms
      FROM (SELECT e.id, e.event_type, e.metadata, o.at_ms
        FROM session_events e LEFT JOIN mm_events o ON o.event_id = e.id
        WHERE e.session_id = s.id AND e.event_type IS NOT 'compact' AND e.event_type IS NOT 'note'
        ORDER BY e.id DESC LIMIT ${OVERTAKING}) l) t
    ORDER BY CASE WHEN t.later_ms BETWEEN 0 AND ${OVERTAKEN_MS} THEN t.later_ms END DESC, t.id DESC LIMIT 1)`;

/** The time of the last stored event of a session `s` in seconds since 1970. A query of its own for each row: who needs it more than once names it. */
export const LAST_EVENT_S = `(SELECT ${epochSeconds("e.created_at")} FROM session_events e
    WHERE e.session_id = s.id ORDER BY e.id DESC LIMIT 1)`;

/**
 * When something last happened in a session `s` with its row `m` in `mm_sessions`, in milliseconds since 1970:
 * what a hook last reported, or the last event, in seconds. NULL if neither is a valid time.
 */
export function lastActivity(lastEventS: string): string {
  return `CASE WHEN typeof(m.last_event_ms) = 'integer'
    THEN max(m.last_event_ms, coalesce(${lastEventS} * 1000, 0)) ELSE ${lastEventS} * 1000 END`;
}

/** A session's last sign of life: its last activity, else its start. */
export function lastSignOfLife(lastEventS: string): string {
  return `coalesce(${lastActivity(lastEventS)}, ${epochSeconds("s.started_at")} * 1000)`;
}

/** What `toObserved` reads, of a session `s` with its row `m` in `mm_sessions`; of one that has ended nobody asks for its turn. */
export const OBSERVED = `m.client, m.external_id, m.transcript,
  CASE WHEN s.ended_at IS NULL THEN ${LAST_TURN_TYPE} END AS turn_type,
  ${lastSignOfLife(LAST_EVENT_S)} AS last_at, m.agent_pid, m.agent_ticks, m.agent_pid_ns`;
