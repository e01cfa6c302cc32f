import { AGENTS, type AgentName } from "../agents/agents.ts";
import { resumeCommand } from "../agents/resume.ts";
import type { Context } from "../context.ts";
import { type Digest, digestOf } from "../digest/digest.ts";
import type { Copies, Machine } from "../machines/model.ts";
import { Projects } from "../projects/projects.ts";
import { inheritedId, LAST, missingSession, sessionToRead } from "../sessions/which.ts";
import { loadSettings, type Settings } from "../settings/settings.ts";
import { observe } from "../states/observe.ts";
import type { LiveState } from "../states/state.ts";
import { countEventsByType } from "../store/events.ts";
import { isActive, type Session, shortIds, storedText } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { type TypeCount, wasEndedAsStale } from "../text/summary.ts";
import type { Usage } from "../usage/cost.ts";
import { usageOfSessions } from "../usage/totals.ts";
import {
  activeTime,
  forksOf,
  type SessionDetails,
  sessionDetails,
  type TimelineEvent,
  timelineEnd,
  wholeTimeline,
} from "./sql.ts";
import { type CountsOverTime, countsOverTime } from "./statements.ts";

/** A session with everything known about it, except its single events. */
export interface ShownSession {
  readonly session: Session;
  /** The shortest unique prefix of its id. */
  readonly shortId: string;
  readonly details: SessionDetails;
  readonly state: LiveState | "ended";
  /** The agent's name, or null for a session that no agent reported. */
  readonly agentName: string | null;
  readonly eventCount: number;
  /** Most frequent first. */
  readonly counts: readonly TypeCount[];
  readonly digest: Digest;
  /** From the start to the end or the last sign of life, in milliseconds; null if a time is missing. */
  readonly spanMs: number | null;
  /** The part of the span without gaps longer than `LONGEST_GAP_S`, in milliseconds. */
  readonly activeMs: number;
  /** The project's name. */
  readonly project: string | null;
  readonly resumeCommand: string | null;
  /** Tokens and their cost; null where none are known. */
  readonly usage: Usage | null;
  /** The ids of the sessions that were forked from it. */
  readonly forks: readonly string[];
  /** Null where nobody asked for machines. */
  readonly machines: ShownMachines | null;
}

/** Whose session it is, and where else it is. */
interface ShownMachines extends Copies {
  readonly machine: Machine | null;
}

/** When what happened in a session. Times are milliseconds since 1970. */
export interface OverTime {
  readonly from: number | null;
  readonly until: number | null;
  readonly types: readonly CountsOverTime[];
}

/** The events of a session in the order they happened, read on demand. */
export interface Events {
  outline(): OverTime;
  whole(): Iterable<TimelineEvent>;
  /** The first or last `limit` events, with at most `chars` of their content. */
  part(
    from: "first" | "last",
    size: { readonly limit: number; readonly chars: number },
  ): readonly TimelineEvent[];
}

type Needs = Pick<Context, "env" | "now" | "store" | "warnings" | "agentProcesses">;

async function stateOf(
  ctx: Needs,
  session: Session,
  details: SessionDetails,
  staleMs: number,
): Promise<ShownSession["state"]> {
  return isActive(session) ? (await observe(ctx, details, staleMs)).state : "ended";
}

function agentName(agent: string | null): string | null {
  return agent !== null && Object.hasOwn(AGENTS, agent) ? AGENTS[agent as AgentName].name : agent;
}

/** The session's span. For a stale one it ends with the last sign of life. */
function span(session: Session, { startedAt, endedAt, lastAt }: SessionDetails): number | null {
  const until = wasEndedAsStale(session.metadata) ? lastAt : (endedAt ?? lastAt);
  // If the end comes before the start, one of them is wrong.
  return startedAt === null || until === null || until < startedAt ? null : until - startedAt;
}

async function gather(
  ctx: Needs,
  view: View,
  session: Session,
  { stale, prices }: Settings,
): Promise<ShownSession> {
  const details = sessionDetails(view, session.id);
  const counts = countEventsByType(view.db, session.id).map(({ type, count }) => ({
    type: storedText(type),
    count,
  }));
  return {
    session,
    shortId: shortIds(view.db, [session.id])[0] ?? session.id,
    details,
    state: await stateOf(ctx, session, details, stale.ms),
    agentName: agentName(details.agent),
    eventCount: counts.reduce((sum, { count }) => sum + count, 0),
    counts,
    digest: digestOf(view.db, session.id),
    spanMs: span(session, details),
    activeMs: activeTime(view.db, session.id),
    project: await new Projects(view.db).nameOf(details.project, details.root),
    resumeCommand: resumeCommand(details),
    forks: forksOf(view, session.id),
    usage: usageOfSessions(view.db, [session.id], prices).get(session.id) ?? null,
    machines: null,
  };
}

function outline(
  { db }: View,
  id: string,
  { startedAt, endedAt, lastAt }: SessionDetails,
): OverTime {
  const until = endedAt ?? lastAt;
  const isKnown = startedAt !== null && until !== null;
  return { from: startedAt, until, types: isKnown ? countsOverTime(db, id, startedAt, until) : [] };
}

/**
 * Finds the session to show and calls `use` with it while the database is open.
 * @throws UserError `session_not_found`, `session_ambiguous`, `no_session`, `usage` for an empty id
 */
export async function showSession(
  ctx: Needs,
  id: string | undefined,
  use: (shown: ShownSession, events: Events) => Promise<void>,
): Promise<void> {
  const store = await ctx.store();
  const settings = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const isFound = await store.read(async (view) => {
    const reference = await sessionToRead(view, ctx.env, id);
    if (reference.kind !== "found") return false;
    const { session } = reference;
    const shown = await gather(ctx, view, session, settings);
    await use(shown, {
      outline: () => outline(view, session.id, shown.details),
      whole: () => wholeTimeline(view, session.id),
      part: (from, size) => timelineEnd(view, session.id, from, size),
    });
    return true;
  });
  if (isFound !== true) throw missingSession(id ?? inheritedId(ctx.env) ?? LAST);
}
