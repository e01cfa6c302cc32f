import { toolKind } from "../agents/tool-kind.ts";
import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { collectEvery } from "../files/memory.ts";
import { distinctNames } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import type { View } from "../store/store.ts";
import { LONGEST_GAP_S } from "../text/duration.ts";
import {
  type CountedEvent,
  type CountedSession,
  countStored,
  eventsToCount,
  type LocalHour,
  localHours,
  type StatsFilter,
  sessionsToCount,
} from "./sql.ts";

/** The totals of the events that share a key. */
export interface EventGroup {
  /** A local day, week or hour, an agent id, a model, a project, a tool or an event type; null for events without one. */
  readonly key: string | null;
  /** The sessions of these events. Groups by agent or project also count sessions without events. */
  readonly sessions: number;
  readonly events: number;
  /** All tool calls, including failed ones. */
  readonly toolCalls: number;
  readonly errors: number;
  readonly activeSeconds: number;
}

/** What an event adds to the totals. */
interface CountedCall {
  readonly isToolCall: boolean;
  readonly isError: boolean;
  /** The seconds since the session's previous event if they count as active, else 0. */
  readonly activeSeconds: number;
}

class Group {
  /** The sessions' numbers. */
  readonly sessions = new Set<number>();
  events = 0;
  toolCalls = 0;
  errors = 0;
  activeSeconds = 0;
}

/** Adds up events by key. */
class ActivityGroups {
  readonly #groups = new Map<string | null, Group>();

  #of(key: string | null): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = new Group();
    this.#groups.set(key, group);
    return group;
  }

  addSession(key: string | null, session: number): void {
    this.#of(key).sessions.add(session);
  }

  /** Adds an event. With `session` null, only `addSession` adds sessions to the group. */
  addEvent(key: string | null, session: number | null, call: CountedCall): void {
    const group = this.#of(key);
    if (session !== null) group.sessions.add(session);
    group.events++;
    if (call.isToolCall) group.toolCalls++;
    if (call.isError) group.errors++;
    group.activeSeconds += call.activeSeconds;
  }

  /** Renames the keys and merges groups that get the same name. */
  renamed(name: (key: string) => string | null): ActivityGroups {
    const renamed = new ActivityGroups();
    for (const [key, group] of this.#groups) {
      const into = renamed.#of(key === null ? null : name(key));
      for (const session of group.sessions) into.sessions.add(session);
      into.events += group.events;
      into.toolCalls += group.toolCalls;
      into.errors += group.errors;
      into.activeSeconds += group.activeSeconds;
    }
    return renamed;
  }

  /** The groups sorted by key, or by events in descending order. */
  sorted(by: "key" | "events"): EventGroup[] {
    const order = (key: string | null) => key ?? "";
    return [...this.#groups]
      .map(([key, group]) => ({ ...group, key, sessions: group.sessions.size }))
      .sort(
        (a, b) =>
          (by === "events" ? b.events - a.events : 0) ||
          (order(a.key) < order(b.key) ? -1 : order(a.key) > order(b.key) ? 1 : 0),
      );
  }
}

export const DIMENSIONS = ["day", "week", "hour", "agent", "model", "project", "tool"] as const;
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
  /** Tools by what they are for, whatever their agents call them. */
  readonly kinds: readonly EventGroup[];
  readonly days: readonly EventGroup[];
  /** By the day on which they begin. */
  readonly weeks: readonly EventGroup[];
  readonly hours: readonly EventGroup[];
  readonly models: readonly EventGroup[];
  readonly agents: readonly EventGroup[];
  readonly projects: readonly EventGroup[];
}

const GROUPS = {
  day: "days",
  week: "weeks",
  hour: "hours",
  agent: "agents",
  model: "models",
  project: "projects",
  tool: "tools",
} as const;

export function groupsBy(stats: ActivityStats, by: Dimension): readonly EventGroup[] {
  return stats[GROUPS[by]];
}

const EVENTS_A_LOOK = 1000;
const EVENTS_A_COLLECTION = 50_000;

/** A session with its number and the time of its latest event so far. */
interface Known extends CountedSession {
  readonly number: number;
  lastAt: number | null;
  isCounted: boolean;
}

type Place = Pick<CountedSession, "project" | "root">;

function pathOf({ project, root }: Place): string | null {
  return (project ?? root) || null;
}

class Tally {
  readonly #sessions = new Map<string, Known>();
  #counted = 0;
  readonly #quarters = new ActivityGroups();
  readonly #agents = new ActivityGroups();
  readonly #models = new ActivityGroups();
  readonly #projects = new ActivityGroups();
  readonly #places = new Map<string, Place>();
  readonly #tools = new ActivityGroups();
  readonly #types = new ActivityGroups();

  addSession(session: CountedSession): void {
    const number = this.#sessions.size;
    const known = { ...session, number, lastAt: null, isCounted: false };
    this.#sessions.set(session.id, known);
    const path = pathOf(session);
    if (path !== null) this.#places.set(path, session);
    if (session.hasStarted) this.#count(known);
  }

  #count(session: Known): void {
    if (session.isCounted) return;
    session.isCounted = true;
    this.#counted++;
    this.#agents.addSession(session.agentId, session.number);
    this.#models.addSession(session.model, session.number);
    this.#projects.addSession(pathOf(session), session.number);
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
    this.#models.addEvent(session.model, null, call);
    this.#projects.addEvent(pathOf(session), null, call);
    this.#types.addEvent(type, null, call);
    if (isToolCall) this.#tools.addEvent(tool, number, call);
  }

  /** Where all sessions ran, by the keys of the project groups. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /**
   * @param localOf maps quarters of an hour to local time
   * @param projects the names of projects by the keys of their groups
   */
  result(
    localOf: (quarters: readonly string[]) => ReadonlyMap<string, LocalHour>,
    projects: ReadonlyMap<string, string>,
  ): ActivityStats {
    const quarters = this.#quarters.sorted("key");
    const local = localOf(quarters.map(({ key }) => key ?? ""));
    const byTime = (of: (time: LocalHour) => string | null) =>
      this.#quarters
        .renamed((quarter) => of(local.get(quarter) ?? { day: quarter, week: null, hour: null }))
        .sorted("key");
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
      kinds: this.#tools.renamed(toolKind).sorted("events"),
      days: byTime(({ day }) => day),
      weeks: byTime(({ week }) => week),
      hours: byTime(({ hour }) => hour),
      models: this.#models.sorted("events"),
      agents: this.#agents.sorted("events"),
      projects: this.#projects.renamed((path) => projects.get(path) ?? path).sorted("events"),
    };
  }
}

/** The names of all projects by the keys of their groups. Projects with the same name get part of their path. */
async function projectNames(
  { db }: View,
  places: ReadonlyMap<string, Place>,
): Promise<Map<string, string>> {
  const projects = new Projects(db);
  const folders = await Promise.all(
    [...places].map(async ([path, { project, root }]) => {
      return [path, (await projects.folderOf(project, root)) ?? path] as const;
    }),
  );
  const names = distinctNames(folders.map(([, folder]) => folder));
  return new Map(folders.map(([path, folder]) => [path, names.get(folder) ?? folder]));
}

/** Counts the sessions and events of the period. Signals get through in the meantime. */
export async function activityStats(
  ctx: Pick<Context, "store">,
  filter: StatsFilter,
  progress: LateProgress,
): Promise<ActivityStats> {
  const tally = new Tally();
  const count = async (view: View) => {
    const collect = collectEvery(EVENTS_A_COLLECTION);
    progress.begin(countStored(view));
    let done = 0;
    for (const session of sessionsToCount(view, filter)) tally.addSession(session);
    for (const event of eventsToCount(view, filter)) {
      tally.addEvent(event);
      collect();
      if (++done % EVENTS_A_LOOK > 0) continue;
      progress.show(done);
      await progress.turn();
    }
    const names = await projectNames(view, tally.places);
    return tally.result((quarters) => localHours(view, quarters), names);
  };
  const store = await ctx.store();
  const stats = await store.read(count);
  return stats ?? tally.result(() => new Map(), new Map());
}
