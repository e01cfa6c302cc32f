import type { Connection } from "../../store/connection.ts";
import { findSessionOfSubagent } from "../../store/history/subagents.ts";
import type { HookedSession } from "../../store/hooked-sessions.ts";
import { safeId } from "../content.ts";
import type { HookRecord } from "../record.ts";

/** What of a subagent is its session's; the rest is its own affair, but that its turn's end is its stop. */
const IS_SESSIONS = /^(?:tool|subagent)-|^notification$/u;

function stopOf(record: HookRecord): HookRecord {
  return {
    ...record,
    event: { ...record.event, type: "subagent_stop" },
    dedupInRow: false,
    dedupKey: `subagent-stop:${safeId(record.externalId)}`,
  };
}

/** The session in which a subagent was started whose id a call has, and what the call tells there: null is nothing. */
interface OfSubagent {
  readonly session: HookedSession;
  readonly record: HookRecord | null;
}

/** Some agents' subagents call under an id of their own, which only their start connects with a session. */
export function ofSubagent(db: Connection, record: HookRecord): OfSubagent | null {
  const { agentId, externalId, kind } = record;
  // A start names no subagent: its own agent tells of it as one.
  if (kind.startsWith("session-")) return null;
  const session = findSessionOfSubagent(db, agentId, safeId(externalId));
  if (session === null) return null;
  if (kind === "turn-end") return { session, record: stopOf(record) };
  return { session, record: IS_SESSIONS.test(kind) ? record : null };
}
