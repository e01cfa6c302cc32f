import { isActive, type Session } from "../../store/rows.ts";

/** What `session start` was asked to do. */
export interface StartRequest {
  readonly agentId: string;
  readonly idempotent: boolean;
}

/** What the database and the state file say at the moment. */
export interface StartSituation {
  /** The session in `$MM_SESSION_ID`, active or not. */
  readonly inherited: Session | null;
  /** The session in the state file, active or not. */
  readonly current: Session | null;
  /** Active sessions that are stale, oldest first. */
  readonly stale: readonly Session[];
}

export type StartPlan =
  | { readonly kind: "resume"; readonly session: Session; readonly stale: readonly Session[] }
  | {
      readonly kind: "create";
      readonly stale: readonly Session[];
      /** Another agent's session to end. */
      readonly crossAgent: Session | null;
      /** Active sessions that were current and stay active. The user should know about them. */
      readonly leftActive: readonly Session[];
    };

/**
 * Decides what `session start` does. Stale sessions end first, so a stale one is never resumed. A session in
 * `$MM_SESSION_ID` belongs to whoever started this process, so an idempotent start returns it and ends
 * nothing.
 */
export function planStart(request: StartRequest, situation: StartSituation): StartPlan {
  const { inherited, current, stale } = situation;
  if (request.idempotent && inherited !== null && isActive(inherited)) {
    return { kind: "resume", session: inherited, stale: [] };
  }
  const isStale = (id: string) => stale.some((session) => session.id === id);
  const live = (session: Session | null) =>
    session !== null && isActive(session) && !isStale(session.id) ? session : null;
  const open = live(current);
  if (request.idempotent) {
    if (open?.agentId === request.agentId) return { kind: "resume", session: open, stale };
    return { kind: "create", stale, crossAgent: open, leftActive: [] };
  }
  const leftActive = [open, live(inherited)].filter((session) => session !== null);
  const distinct = leftActive.filter(
    (session, i) => leftActive.findIndex((s) => s.id === session.id) === i,
  );
  return { kind: "create", stale, crossAgent: null, leftActive: distinct };
}
