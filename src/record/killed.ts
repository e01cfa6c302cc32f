import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { automaticEnding, endSession } from "../store/ends.ts";
import { countEventsByType } from "../store/events.ts";
import { type AgentProcess, isSameProcess, listOpenSessions } from "../store/hooked-sessions.ts";
import { automaticSummary } from "../text/summary.ts";

/**
 * Ends the sessions of agents whose process is gone, each at its last sign of life, inside the caller's
 * transaction; `own` is the agent that calls.
 */
export async function endKilled(
  ctx: Pick<Context, "agentProcesses" | "now">,
  db: Connection,
  own: AgentProcess | null,
): Promise<void> {
  const others = listOpenSessions(db).filter(({ process }) => !isSameProcess(process, own));
  for (const sessions of Map.groupBy(others, ({ process }) => JSON.stringify(process)).values()) {
    if (!(await ctx.agentProcesses.isGone(sessions[0]?.process ?? null))) continue;
    for (const { id, lastEventAt } of sessions) {
      const at = new Date(Math.min(lastEventAt, ctx.now().getTime()));
      const summary = automaticSummary(countEventsByType(db, id));
      endSession(db, id, automaticEnding(at, "killed", summary));
    }
  }
}
