import type { Context } from "../../context.ts";
import { findSession, findStaleActiveSessions, hasStaleActiveSession } from "../../store/rows.ts";
import type { View } from "../../store/store.ts";
import type { Duration } from "../../text/duration.ts";
import { toTimestamp } from "../../text/time.ts";
import { inheritedId } from "../which.ts";
import type { StartInput, StartResult } from "./model.ts";
import { planStart, type StartPlan } from "./plan.ts";

/** The current time, and which sessions it makes stale. */
export interface Moment {
  readonly now: Date;
  /** Sessions that started before this are stale; null if none are. */
  readonly staleBefore: string | null;
}

export function momentOf(now: Date, staleAfter: Duration | null): Moment {
  if (staleAfter === null) return { now, staleBefore: null };
  return { now, staleBefore: toTimestamp(new Date(now.getTime() - staleAfter.ms)) };
}

/** What a start does in the present situation. */
export async function planNow(
  view: View,
  ctx: Pick<Context, "env">,
  input: StartInput,
  moment: Moment,
): Promise<StartPlan> {
  const inherited = inheritedId(ctx.env);
  return planStart(input, {
    inherited: inherited === null ? null : findSession(view.db, inherited),
    current: await view.current(),
    stale: moment.staleBefore === null ? [] : findStaleActiveSessions(view.db, moment.staleBefore),
  });
}

export function resumed(decided: StartPlan & { kind: "resume" }): StartResult {
  return {
    session: decided.session,
    resumed: true,
    staleIds: decided.stale.map((session) => session.id),
    crossAgentId: null,
    leftActive: [],
  };
}

/** A resume that changes nothing needs no lock, because what it read was true at that moment. */
export async function resumeWithoutLock(
  ctx: Pick<Context, "env" | "store">,
  input: StartInput,
  moment: Moment,
): Promise<StartResult | null> {
  const store = await ctx.store();
  const result = await store.read(async (view) => {
    // Finish a killed start under the lock, so that memtomem finds the same session.
    if (view.hasPendingStart()) return null;
    const { staleBefore } = moment;
    const sweeps = staleBefore !== null && hasStaleActiveSession(view.db, staleBefore);
    if (sweeps && inheritedId(ctx.env) === null) return null;
    const decided = await planNow(view, ctx, input, moment);
    return decided.kind === "resume" && decided.stale.length === 0 ? resumed(decided) : null;
  });
  return result ?? null;
}
