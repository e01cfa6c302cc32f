import { toObserved } from "../states/observe.ts";
import type { Observed } from "../states/state.ts";
import { CIRCUMSTANCES, type Circumstances, OBSERVED, toCircumstances } from "../store/observed.ts";
import { type Session, type SessionRow, textOrNull, toSession } from "../store/rows.ts";
import { SHORT_ID_CHARS } from "../store/statements.ts";
import type { View } from "../store/store.ts";
import { redact } from "../text/redact.ts";
import { MARGIN_CHARS, redactBeginning } from "../text/redact-beginning.ts";
import { firstChars } from "../text/text.ts";

/** A session that hasn't ended; times in milliseconds since 1970. */
export interface ActiveSession extends Session, Observed, Circumstances {
  /** The shortest prefix of the id that names this session alone; short ids stay whole. */
  readonly shortId: string;
  readonly lastType: string | null;
  /** The beginning of the last event's content. */
  readonly lastContent: string | null;
  readonly project: string | null;
}

const CONTENT_CHARS = 300;
/** So much of a longer text that a secret at the cut is seen whole. */
const LOOK_CHARS = CONTENT_CHARS + MARGIN_CHARS + 1;

/** Every active session with its last event; the latest started first. */
export const ACTIVE_SESSIONS = `SELECT s.id, s.agent_id, s.started_at, s.ended_at, s.summary, s.metadata, s.namespace,
      e.event_type, substr(e.content, 1, ${LOOK_CHARS}) AS content, m.project, ${CIRCUMSTANCES}, ${OBSERVED},
      (SELECT count(*) FROM (SELECT 1 FROM sessions o WHERE o.id >= substr(s.id, 1, ${SHORT_ID_CHARS})
        AND o.id < substr(s.id, 1, ${SHORT_ID_CHARS}) || char(0x10FFFF) LIMIT 2)) AS alike
    FROM sessions s LEFT JOIN mm_sessions m ON m.session_id = s.id
    LEFT JOIN session_events e ON e.id = (SELECT max(id) FROM session_events WHERE session_id = s.id)
    WHERE s.ended_at IS NULL ORDER BY s.started_at DESC, s.rowid DESC`;

type Row = SessionRow & Readonly<Record<string, unknown>>;

/** As it is stored or, of a longer text, the beginning without the secrets of which it might have a part. */
function beginning(text: string | null): string | null {
  if (text === null || text.length <= CONTENT_CHARS) return text;
  return firstChars(redactBeginning(text, CONTENT_CHARS, redact), CONTENT_CHARS);
}

function toActive(row: Row): ActiveSession {
  const session = toSession(row);
  return {
    ...session,
    ...toObserved(row),
    ...toCircumstances(row),
    shortId: row["alike"] === 1 ? session.id.slice(0, SHORT_ID_CHARS) : session.id,
    lastType: textOrNull(row["event_type"]),
    lastContent: beginning(textOrNull(row["content"])),
    project: textOrNull(row["project"]),
  };
}

/** All sessions that haven't ended, whichever program made them; the latest start first. */
export function activeSessions({ db }: View): ActiveSession[] {
  return db.query<Row, []>(ACTIVE_SESSIONS).all().map(toActive);
}
