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

  add({ isToolCall, isError, activeSeconds }: CountedCall): void {
    this.events++;
    if (isToolCall) this.toolCalls++;
    if (isError) this.errors++;
    this.activeSeconds += activeSeconds;
  }

  merge(other: Group): void {
    for (const session of other.sessions) this.sessions.add(session);
    this.events += other.events;
    this.toolCalls += other.toolCalls;
    this.errors += other.errors;
    this.activeSeconds += other.activeSeconds;
  }
}

/** Totals by key. */
class ActivityGroups {
  readonly #groups = new Map<string | null, Group>();

  of(key: string | null): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group = new Group();
    this.#groups.set(key, group);
    return group;
  }

  /** The same by other keys; groups that get the same one are merged. */
  renamed(name: (key: string) => string | null): ActivityGroups {
    const renamed = new ActivityGroups();
    for (const [key, group] of this.#groups) {
      renamed.of(key === null ? null : name(key)).merge(group);
    }
    return renamed;
  }

  /** The groups in which anything was counted, sorted by key or by events in descending order. */
  sorted(by: "key" | "events"): EventGroup[] {
    const order = (key: string | null) => key ?? "";
    return [...this.#groups]
      .map(([key, group]) => ({ ...group, key, sessions: group.sessions.size }))
      .filter(({ sessions, events }) => sessions > 0 || events > 0)
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

/** A session with its number, its groups and the time of its latest event so far. */
interface Known {
  readonly number: number;
  readonly groups: readonly Group[];
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
  readonly #total = new Group();
  readonly #localOf: (quarter: number) => LocalHour;
  /** The groups of quarters of an hour. */
  readonly #quarters = new Map<number | string, readonly Group[]>();
  readonly #days = new ActivityGroups();
  readonly #weeks = new ActivityGroups();
  readonly #hours = new ActivityGroups();
  readonly #agents = new ActivityGroups();
  readonly #models = new ActivityGroups();
  readonly #projects = new ActivityGroups();
  readonly #places = new Map<string, Place>();
  readonly #tools = new ActivityGroups();
  readonly #types = new ActivityGroups();

  /** @param localOf tells when a quarter of an hour is in local time */
  constructor(localOf: (quarter: number) => LocalHour) {
    this.#localOf = localOf;
  }

  addSession(session: CountedSession): void {
    const { id, agentId, model, project, root } = session;
    const path = pathOf(session);
    const groups = [this.#agents.of(agentId), this.#models.of(model), this.#projects.of(path)];
    const known = { number: this.#sessions.size, groups, lastAt: null, isCounted: false };
    this.#sessions.set(id, known);
    if (path !== null) this.#places.set(path, { project, root });
    if (session.hasStarted) this.#count(known);
  }

  #count(session: Known): void {
    if (session.isCounted) return;
    session.isCounted = true;
    this.#counted++;
    for (const group of session.groups) group.sessions.add(session.number);
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
    this.#count(session);
    this.#total.add(call);
    this.#types.of(type).add(call);
    for (const group of session.groups) group.add(call);
    const groups = this.#quarters.get(quarter) ?? this.#groupsOf(quarter);
    for (const group of groups) this.#addTo(group, session, call);
    if (isToolCall) this.#addTo(this.#tools.of(tool), session, call);
  }

  #groupsOf(quarter: number | string): readonly Group[] {
    const isTime = typeof quarter === "number";
    const { day, week, hour } = isTime
      ? this.#localOf(quarter)
      : { day: quarter, week: null, hour: null };
    const groups = [this.#days.of(day), this.#weeks.of(week), this.#hours.of(hour)];
    this.#quarters.set(quarter, groups);
    return groups;
  }

  #addTo(group: Group, { number }: Known, call: CountedCall): void {
    group.sessions.add(number);
    group.add(call);
  }

  /** Where all sessions ran, by the keys of the project groups. */
  get places(): ReadonlyMap<string, Place> {
    return this.#places;
  }

  /** @param projects the names of projects by the keys of their groups */
  result(projects: ReadonlyMap<string, string>): ActivityStats {
    const { events, activeSeconds, toolCalls, errors } = this.#total;
    return {
      sessions: this.#counted,
      events,
      activeSeconds,
      toolCalls,
      errors,
      types: this.#types.sorted("events"),
      tools: this.#tools.sorted("events"),
      kinds: this.#tools.renamed(toolKind).sorted("events"),
      days: this.#days.sorted("key"),
      weeks: this.#weeks.sorted("key"),
      hours: this.#hours.sorted("key"),
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
  const count = async (view: View) => {
    const tally = new Tally(localHours(view));
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
    return tally.result(names);
  };
  const store = await ctx.store();
  const stats = await store.read(count);
  return stats ?? new Tally(() => ({ day: "", week: null, hour: null })).result(new Map());
}
