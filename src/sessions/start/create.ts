import type { Context } from "../../context.ts";
import { findWorkplace, type Workplace } from "../../files/git.ts";
import { automaticEnding, endSession, endStaleActiveSessions } from "../../store/ends.ts";
import { findStaleActiveSessions, type Session } from "../../store/rows.ts";
import { BY_HAND, createSession } from "../../store/sessions.ts";
import type { View } from "../../store/store.ts";
import { redact } from "../../text/redact.ts";
import { toTimestamp } from "../../text/time.ts";
import type { StartInput, StartResult } from "./model.ts";
import { type Moment, planNow, resumed } from "./resume.ts";

function sweep(
  view: View,
  { staleAfter }: Pick<StartInput, "staleAfter">,
  { now, staleBefore }: Moment,
  except: string | null,
): void {
  if (staleBefore === null) return;
  const summary = `auto-ended after ${staleAfter?.typed} inactivity`;
  endStaleActiveSessions(view.db, staleBefore, automaticEnding(now, "stale", summary), except);
}

/** Ends all stale sessions except `except`, the one that is being started. @returns their ids, oldest first */
export function endStale(
  view: View,
  input: Pick<StartInput, "staleAfter">,
  moment: Moment,
  except: string | null,
): string[] {
  if (moment.staleBefore === null) return [];
  const found = findStaleActiveSessions(view.db, moment.staleBefore);
  const stale = found.map(({ id }) => id).filter((id) => id !== except);
  if (stale.length > 0) sweep(view, input, moment, except);
  return stale;
}

export function redactedTitle(title: string | null): string | null {
  return title === null ? null : redact(title);
}

/** Where this program runs; null if its folder has been deleted. */
export async function workplaceOf(ctx: Pick<Context, "cwd">): Promise<Workplace | null> {
  let cwd: string;
  try {
    cwd = ctx.cwd();
  } catch {
    return null;
  }
  return await findWorkplace(cwd);
}

function create(
  view: View,
  ctx: Pick<Context, "newId">,
  input: StartInput & { readonly workplace: Workplace | null },
  moment: Moment,
): Session {
  return createSession(view.db, {
    ...BY_HAND,
    ...input.workplace,
    id: ctx.newId(),
    agentId: input.agentId,
    startedAt: toTimestamp(moment.now),
    title: input.title,
    namespace: input.namespace,
  });
}

/** Starts a session, or resumes the one that there is by now, and ends those that are in the way. */
export async function startUnderLock(
  ctx: Pick<Context, "env" | "cwd" | "newId" | "store">,
  input: StartInput,
  moment: Moment,
): Promise<StartResult> {
  const title = redactedTitle(input.title);
  const workplace = await workplaceOf(ctx);
  const store = await ctx.store();
  return await store.writeCurrent(async (view, makeCurrent) => {
    const decided = await planNow(view, ctx, input, moment);
    if (decided.stale.length > 0) sweep(view, input, moment, null);
    if (decided.kind === "resume") return resumed(decided);
    if (decided.crossAgent !== null) {
      const summary = `auto-ended on cross-agent resume to ${input.agentId}`;
      const ending = automaticEnding(moment.now, "cross_agent", summary);
      endSession(view.db, decided.crossAgent.id, ending);
    }
    const session = create(view, ctx, { ...input, title, workplace }, moment);
    makeCurrent(session.id);
    return {
      session,
      resumed: false,
      staleIds: decided.stale.map(({ id }) => id),
      crossAgentId: decided.crossAgent?.id ?? null,
      leftActive: decided.leftActive,
    };
  });
}
