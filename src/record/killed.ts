import { isStart } from "../agents/wire/event.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { automaticEnding, endSession, rememberEnd } from "../store/ends.ts";
import { countEventsByType } from "../store/events.ts";
import {
  deleteSession,
  type HookedSession,
  hasEvents,
  isReferredTo,
  isSameProcess,
  listOpenSessions,
  type OpenSession,
  setAgentProcess,
} from "../store/hooked-sessions.ts";
import type { AgentProcess } from "../store/rows.ts";
import { automaticSummary } from "../text/summary.ts";
import type { HookRecord } from "./record.ts";

const REASON = "killed";

/**
 * A start says which process the agent is now, even that nobody can tell. So does what opens a session again, while
 * a prompt may have come by way of a shell that has gone meanwhile.
 */
export function noteProcess(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  isReopened: boolean,
): void {
  const process = record.process ?? null;
  if (process === null && !isStart(record) && !isReopened) return;
  if (!isSameProcess(process, session.process)) setAgentProcess(db, session.id, process);
}

/** Ends a session at its last sign of life, or deletes one in which surely nothing ever happened. */
function endOrDelete(db: Connection, session: OpenSession, now: number, mayDelete: boolean): void {
  const { id, agentId, externalId, lastEventAt } = session;
  const at = Math.min(lastEventAt, now);
  if (mayDelete && externalId !== null && !hasEvents(db, id) && !isReferredTo(db, id)) {
    deleteSession(db, id);
    // What comes late finds the session ended.
    rememberEnd(db, agentId, externalId, at, REASON);
    return;
  }
  const summary = automaticSummary(countEventsByType(db, id));
  endSession(db, id, automaticEnding(new Date(at), REASON, summary));
}

/**
 * Ends the sessions of agents whose process is gone, inside the caller's transaction; `own` is the agent that
 * calls. `tellsPrompts` says of an agent whether a session without events had no prompt.
 */
export async function endKilled(
  ctx: Pick<Context, "agentProcesses" | "now">,
  db: Connection,
  own: AgentProcess | null,
  tellsPrompts: (agent: string | null) => boolean,
): Promise<void> {
  const judged: { process: AgentProcess | null; isGone: boolean }[] = [];
  for (const session of listOpenSessions(db, own)) {
    const { process } = session;
    let judgement = judged.find((each) => isSameProcess(each.process, process));
    if (judgement === undefined) {
      judgement = { process, isGone: await ctx.agentProcesses.isGone(process) };
      judged.push(judgement);
    }
    if (judgement.isGone)
      endOrDelete(db, session, ctx.now().getTime(), tellsPrompts(session.agent));
  }
}
