import { collectEvery } from "../files/memory.ts";
import type { Store, View } from "../store/store.ts";
import { LONGEST_GAP_S } from "../text/active-time.ts";
import { ActivityGroups, type EventGroup } from "./activity-groups.ts";
import {
  type CountedEvent,
  type CountedSession,
  eventsToCount,
  localDays,
  type StatsFilter,
  sessionsToCount,
} from "./sql.ts";

export const DIMENSIONS = ["day", "agent", "project", "tool"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What the agents did in a period. */
export interface ActivityStats {
  readonly sessions: number;
  readonly events: number;
  readonly activeSeconds: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly types: readonly EventGroup[];
  readonly tools: readonly EventGroup[];
  readonly days: readonly EventGroup[];
  readonly agents: readonly EventGroup[];
  readonly projects: readonly EventGroup[];
}

const EVENTS_A_LOOK = 1000;
const EVENTS_A_COLLECTION = 50_000;

/** A session by its number, and when the last of its events so far was. */
interface Known extends CountedSession {
  readonly number: number;
  lastAt: number | null;
  isCounted: boolean;
}

class Tally {
  readonly #sessions = new Map<string, Known>();
  #counted = 0;
  readonly #quarters = new ActivityGroups();
  readonly #agents = new ActivityGroups();
  readonly #projects = new ActivityGroups();
  readonly #tools = new ActivityGroups();
  readonly #types = new ActivityGroups();

  addSession(session: CountedSession): void {
    const number = this.#sessions.size;
    const known = { ...session, number, lastAt: null, isCounted: false };
    this.#sessions.set(session.id, known);
    if (session.hasStarted) this.#count(known);
  }

  #count(session: Known): void {
    if (session.isCounted) return;
    session.isCounted = true;
    this.#counted++;
    this.#agents.addSession(session.agentId, session.number);
    this.#projects.addSession(session.project, session.number);
  }

  addEvent({ sessionId, type, at, quarter, tool }: CountedEvent): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    const gap = at === null || session.lastAt === null ? -1 : at - session.lastAt;
    session.lastAt = at;
    const isError = type === "error";
    const isToolCall = isError || type === "tool_call";
    const activeSeconds = gap >= 0 && gap <= LONGEST_GAP_S ? gap : 0;
    const call = { isToolCall, isError, activeSeconds };
    const { number } = session;
    this.#count(session);
    this.#quarters.addEvent(quarter, number, call);
    this.#agents.addEvent(session.agentId, null, call);
    this.#projects.addEvent(session.project, null, call);
    this.#types.addEvent(type, null, call);
    if (isToolCall) this.#tools.addEvent(tool, number, call);
  }

  /** `dayOf` tells the local days of quarters of an hour. */
  result(dayOf: (quarters: readonly string[]) => ReadonlyMap<string, string>): ActivityStats {
    const quarters = this.#quarters.sorted("key");
    const names = dayOf(quarters.map(({ key }) => key ?? ""));
    const sum = (of: (group: EventGroup) => number) =>
      quarters.reduce((total, group) => total + of(group), 0);
    return {
      sessions: this.#counted,
      events: sum(({ events }) => events),
      activeSeconds: sum(({ activeSeconds }) => activeSeconds),
      toolCalls: sum(({ toolCalls }) => toolCalls),
      errors: sum(({ errors }) => errors),
      types: this.#types.sorted("events"),
      tools: this.#tools.sorted("events"),
      days: this.#quarters.renamed((quarter) => names.get(quarter) ?? quarter).sorted("key"),
      agents: this.#agents.sorted("events"),
      projects: this.#projects.sorted("events"),
    };
  }
}

/** Counts what there is of the period; `progress` hears from time to time how many events are done, and is waited for. */
export async function activityStats(
  store: Store,
  filter: StatsFilter,
  progress: (events: number) => Promise<void>,
): Promise<ActivityStats> {
  const tally = new Tally();
  const count = async (view: View) => {
    const collect = collectEvery(EVENTS_A_COLLECTION);
    let done = 0;
    for (const session of sessionsToCount(view, filter)) tally.addSession(session);
    for (const event of eventsToCount(view, filter)) {
      tally.addEvent(event);
      collect();
      if (++done % EVENTS_A_LOOK === 0) await progress(done);
    }
    return tally.result((quarters) => localDays(view, quarters));
  };
  const known = (view: View) => filter.project === undefined || view.hasOwnTables;
  const stats = await store.read((view) => (known(view) ? count(view) : undefined));
  return stats ?? tally.result(() => new Map());
}
