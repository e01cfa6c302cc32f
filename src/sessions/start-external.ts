import type { Context } from "../context.ts";
import { insertHookEvent } from "../store/events.ts";
import {
  findHookedSession,
  type HookedSession,
  insertHookedSession,
  reopenHookedSession,
} from "../store/hooked-sessions.ts";
import { findSession, hasStaleActiveSession } from "../store/sessions.ts";
import type { View } from "../store/store.ts";
import { toTimestamp } from "../text/time.ts";
import { endStale, redactedTitle, type StartInput, type StartResult } from "./start.ts";

type Needs = Pick<Context, "now" | "newId" | "store">;

interface Call extends StartInput {
  readonly externalId: string;
  readonly at: Date;
  readonly staleBefore: string | null;
}

function result(
  view: View,
  id: string,
  resumed: boolean,
  staleIds: readonly string[],
): StartResult {
  const session = findSession(view.db, id);
  if (session === null) throw new Error(`no session ${id}`);
  return { session, resumed, staleIds, crossAgentId: null, leftActive: [] };
}

function create(view: View, ctx: Needs, call: Call): string {
  const id = ctx.newId();
  const { agentId, externalId, namespace, title } = call;
  const unknown = { project: null, remote: null, root: null, branch: null, cwd: null };
  const unsaid = { parentId: null, client: null, clientVersion: null, model: null };
  insertHookedSession(view.db, {
    ...unknown,
    ...unsaid,
    id,
    agentId,
    externalId,
    namespace,
    title,
    titleFrom: title === null ? null : "client",
    startedAt: toTimestamp(call.at),
    at: call.at.getTime(),
    transcript: null,
    started: false,
    startEvent: null,
    startMicros: null,
  });
  return id;
}

function reopen(view: View, session: HookedSession, { at }: Call): void {
  reopenHookedSession(view.db, session);
  const { endedAt, endReason, summary } = session;
  insertHookEvent(view.db, {
    sessionId: session.id,
    type: "session_resume",
    content: "session start",
    createdAt: toTimestamp(at),
    metadata: { ended_at: endedAt, end_reason: endReason, summary },
    at: at.getTime(),
    dedupKey: `resume:${at.getTime()}`,
    ownMicros: null,
  });
}

/** A resume that changes nothing needs no lock. */
async function resumeWithoutLock(ctx: Needs, call: Call): Promise<StartResult | null> {
  const store = await ctx.store();
  const found = await store.read((view) => {
    if (!view.hasOwnTables) return null;
    const { staleBefore } = call;
    if (staleBefore !== null && hasStaleActiveSession(view.db, staleBefore)) return null;
    const known = findHookedSession(view.db, call.agentId, call.externalId);
    return known?.known.active === true ? result(view, known.id, true, []) : null;
  });
  return found ?? null;
}

/**
 * Starts or resumes the session that the caller knows by an id of its own, which with the agent id names one
 * session for good: an ended one is opened again. The state file and other agents' sessions are left alone.
 */
export async function startByExternalId(
  ctx: Needs,
  input: StartInput & { readonly externalId: string },
): Promise<StartResult> {
  const at = ctx.now();
  const { staleAfter } = input;
  const staleBefore =
    staleAfter === null ? null : toTimestamp(new Date(at.getTime() - staleAfter.ms));
  const call: Call = { ...input, at, staleBefore, title: redactedTitle(input.title) };
  const quick = await resumeWithoutLock(ctx, call);
  if (quick !== null) return quick;
  const store = await ctx.store();
  return await store.write((view) => {
    const own = findHookedSession(view.db, call.agentId, call.externalId);
    const stale = endStale(view, input, { now: toTimestamp(at), staleBefore }, own?.id ?? null);
    if (own?.known.active === false) reopen(view, own, call);
    return result(view, own?.id ?? create(view, ctx, call), own !== null, stale);
  });
}
