import type { Context } from "../../context.ts";
import type { Workplace } from "../../files/git.ts";
import { findHookedSession, type HookedSession } from "../../store/hooked-sessions.ts";
import { findSession, hasStaleActiveSession } from "../../store/rows.ts";
import { BY_HAND, createSession, reopenSession } from "../../store/sessions.ts";
import type { View } from "../../store/store.ts";
import { toTimestamp } from "../../text/time.ts";
import { endStale, redactedTitle, workplaceOf } from "./create.ts";
import type { StartInput, StartResult } from "./model.ts";
import { type Moment, momentOf } from "./resume.ts";

type Needs = Pick<Context, "cwd" | "now" | "newId" | "store">;

interface Call extends StartInput {
  readonly externalId: string;
  readonly moment: Moment;
  readonly workplace: Workplace | null;
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
  const { agentId, externalId, namespace, title, moment } = call;
  const { id } = createSession(view.db, {
    ...BY_HAND,
    ...call.workplace,
    id: ctx.newId(),
    agentId,
    externalId,
    namespace,
    title,
    titleFrom: title === null ? null : "client",
    startedAt: toTimestamp(moment.now),
    at: moment.now.getTime(),
  });
  return id;
}

function reopen(view: View, session: HookedSession, { moment }: Call): void {
  const at = moment.now.getTime();
  const content = "session start";
  reopenSession(view.db, session, { at, content, event: null, dedupKey: `${at}`, micros: null });
}

/** A resume that changes nothing needs no lock. */
async function resumeWithoutLock(
  ctx: Needs,
  call: Omit<Call, "workplace">,
): Promise<StartResult | null> {
  const store = await ctx.store();
  const found = await store.read((view) => {
    const { staleBefore } = call.moment;
    if (staleBefore !== null && hasStaleActiveSession(view.db, staleBefore)) return null;
    const known = findHookedSession(view.db, call.agentId, call.externalId);
    return known?.known.active === true ? result(view, known.id, true, []) : null;
  });
  return found ?? null;
}

/**
 * Starts or resumes the session with this agent id and external id, which always mean the same session. An
 * ended one is reopened. The state file and other agents' sessions are left alone.
 */
export async function startByExternalId(
  ctx: Needs,
  input: StartInput & { readonly externalId: string },
): Promise<StartResult> {
  const moment = momentOf(ctx.now(), input.staleAfter);
  const title = redactedTitle(input.title);
  const quick = await resumeWithoutLock(ctx, { ...input, moment });
  if (quick !== null) return quick;
  const call: Call = { ...input, moment, title, workplace: await workplaceOf(ctx) };
  const store = await ctx.store();
  return await store.write((view) => {
    const own = findHookedSession(view.db, call.agentId, call.externalId);
    const stale = endStale(view, input, moment, own?.id ?? null);
    if (own?.known.active === false) reopen(view, own, call);
    return result(view, own?.id ?? create(view, ctx, call), own !== null, stale);
  });
}
