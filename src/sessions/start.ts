import type { Context } from "../context.ts";
import { findWorkplace, type Workplace } from "../files/git.ts";
import { automaticEnding, endSession, endStaleActiveSessions } from "../store/ends.ts";
import {
  findSession,
  findStaleActiveSessions,
  hasStaleActiveSession,
  type Session,
} from "../store/rows.ts";
import { BY_HAND, createSession } from "../store/sessions.ts";
import type { View } from "../store/store.ts";
import type { Duration } from "../text/duration.ts";
import { redact } from "../text/redact.ts";
import { toTimestamp } from "../text/time.ts";
import { planStart, type StartPlan } from "./plan.ts";
import { inheritedId } from "./which.ts";

export interface StartInput {
  readonly agentId: string;
  readonly title: string | null;
  readonly namespace: string;
  readonly idempotent: boolean;
  /** Active sessions that started longer ago than this are ended first. */
  readonly staleAfter: Duration | null;
}

export interface StartResult {
  readonly session: Session;
  readonly resumed: boolean;
  readonly staleIds: readonly string[];
  readonly crossAgentId: string | null;
  /** Active sessions that were current and stay active next to the new one. */
  readonly leftActive: readonly Session[];
}

type Needs = Pick<Context, "env" | "cwd" | "now" | "newId" | "store">;

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

async function plan(view: View, ctx: Needs, input: StartInput, moment: Moment): Promise<StartPlan> {
  const inherited = inheritedId(ctx.env);
  return planStart(input, {
    inherited: inherited === null ? null : findSession(view.db, inherited),
    current: await view.current(),
    stale: moment.staleBefore === null ? [] : findStaleActiveSessions(view.db, moment.staleBefore),
  });
}

/** A resume that changes nothing needs no lock, because what it read was true at that moment. */
async function resumeWithoutLock(
  ctx: Needs,
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
    const decided = await plan(view, ctx, input, moment);
    return decided.kind === "resume" && decided.stale.length === 0 ? resumed(decided) : null;
  });
  return result ?? null;
}

function resumed(decided: StartPlan & { kind: "resume" }): StartResult {
  return {
    session: decided.session,
    resumed: true,
    staleIds: decided.stale.map((session) => session.id),
    crossAgentId: null,
    leftActive: [],
  };
}

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
  ctx: Needs,
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

/**
 * Starts a session or, if idempotent, returns the agent's active one.
 * @throws UserError if the store can't be used; then nothing has changed
 */
export async function startSession(ctx: Needs, input: StartInput): Promise<StartResult> {
  const moment = momentOf(ctx.now(), input.staleAfter);
  const quick = input.idempotent ? await resumeWithoutLock(ctx, input, moment) : null;
  if (quick !== null) return quick;
  const title = redactedTitle(input.title);
  const workplace = await workplaceOf(ctx);
  const store = await ctx.store();
  return await store.writeCurrent(async (view, makeCurrent) => {
    const decided = await plan(view, ctx, input, moment);
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
