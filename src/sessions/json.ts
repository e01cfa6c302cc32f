import type { UserError } from "../errors.ts";
import type { EndResult } from "./end.ts";
import type { LogOutcome } from "./log-typed.ts";
import type { Renamed } from "./rename.ts";
import type { StartResult } from "./start/model.ts";

/** The document of `session start`. Ended sessions are listed stale ones first, then the other agent's. */
export function startJson({ session, resumed, staleIds, crossAgentId }: StartResult) {
  return {
    session_id: session.id,
    resumed,
    stale_ended: crossAgentId === null ? staleIds : [...staleIds, crossAgentId],
  };
}

export function endJson({ id, summary, eventCount }: EndResult) {
  return { ok: true, session_id: id, summary, event_count: eventCount };
}

export function endFailureJson({ message }: UserError) {
  return { ok: false, reason: message };
}

export function renameJson({ id, title, previousTitle }: Renamed) {
  return { ok: true, session_id: id, title, previous_title: previousTitle };
}

/** The document of `activity log`, for both success and failure. */
export function logJson(outcome: LogOutcome, type: string) {
  switch (outcome.kind) {
    case "written":
      return { ok: true, session_id: outcome.sessionId, event_type: type };
    case "skipped":
      return { ok: false, reason: "no_active_session" };
    case "failed":
      return { ok: false, reason: "write_failed", message: outcome.error.message };
    case "invalid_meta":
      return { ok: false, reason: "invalid_meta" };
  }
}
