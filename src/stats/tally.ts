import { toolKind } from "../agents/tool-kind.ts";
import { LONGEST_GAP_S } from "../text/duration.ts";
import { Bits, Counts, type EventGroup, grouped, Part } from "./groups.ts";
import { type CountedEvent, type CountedSession, type LocalHour, quarterOf } from "./sql.ts";

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
  /** Hours of the week, like `1 09` for Monday at nine. */
  readonly weekHours: readonly EventGroup[];
  readonly models: readonly EventGroup[];
  readonly agents: readonly EventGroup[];
  readonly projects: readonly EventGroup[];
}

/** What sessions are grouped by, with the totals of all that have it in common. */
class Belonging extends Part {
  readonly agent: string;
  readonly model: string | null;
  readonly path: string | null;

  constructor({ agentId, model, project, root }: CountedSession) {
    super();
    this.agent = agentId;
    this.model = model;
    this.path = (project ?? root) || null;
  }
}

/** Of a session only what its next event needs: there may be a hundred thousand. */
interface Known {
  readonly number: number;
  readonly belonging: Belonging;
  lastAt: number | null;
  /** The part of time in which it was counted last. */
  quarter: Part | null;
  isCounted: boolean;
}

/** Where a session ran. */
export type StatsPlace = Pick<CountedSession, "project" | "root">;

/** Totals of a tool, with its sessions. */
class Tool extends Counts {
  readonly sessions = new Bits();
}

function madeIn<K, V>(map: Map<K, V>, key: K, make: new () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = new make();
  map.set(key, made);
  return made;
}

/** Monday is the first day of a week. */
function weekHourOf({ day, hour }: LocalHour): string | null {
  return day === null || hour === null ? null : `${new Date(day).getUTCDay() || 7} ${hour}`;
}

const NO_SESSIONS: readonly number[] = [];

/** Adds up sessions and events. */
export class ActivityTally {
  /** Those of the store that is read. */
  #sessions = new Map<string, Known>();
  /** How many there are of all stores. */
  #count = 0;
  readonly #localOf: (quarter: number) => LocalHour;
  readonly #belongings = new Map<string, Belonging>();
  readonly #places = new Map<string, StatsPlace>();
  /** By the number of a quarter of an hour since 1970, or by an invalid time. */
  readonly #quarters = new Map<number | string, Part>();
  readonly #tools = new Map<string | null, Tool>();
  readonly #types = new Map<string, Counts>();

  /** @param localOf tells when a quarter of an hour is in local time */
  constructor(localOf: (quarter: number) => LocalHour) {
    this.#localOf = localOf;
  }

  addSession(session: CountedSession): void {
    const belonging = this.#belongingOf(session);
    const number = this.#count++;
    const known = { number, belonging, lastAt: null, quarter: null, isCounted: false };
    this.#sessions.set(session.id, known);
    if (session.hasStarted) this.#include(known);
  }

  /** What comes next is of another store, which may have events of the same sessions. */
  closeStore(): void {
    this.#sessions = new Map();
  }

  #belongingOf(session: CountedSession): Belonging {
    const { agentId, model, project, root } = session;
    const key = JSON.stringify([agentId, model, project, root]);
    const known = this.#belongings.get(key);
    if (known !== undefined) return known;
    const made = new Belonging(session);
    this.#belongings.set(key, made);
    if (made.path !== null) this.#places.set(made.path, { project, root });
    return made;
  }

  #include(session: Known): void {
    if (session.isCounted) return;
    session.isCounted = true;
    session.belonging.sessions.push(session.number);
  }

  addEvent({ sessionId, type, at, tool }: CountedEvent): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    const time = typeof at === "number" ? at : null;
    const gap = time === null || session.lastAt === null ? -1 : time - session.lastAt;
    session.lastAt = time;
    this.#include(session);
    // An error without a tool is the model's, or was logged by hand.
    const isError = type === "error" && tool !== null;
    const isToolCall = isError || type === "tool_call";
    const call = { isToolCall, isError, activeSeconds: gap <= LONGEST_GAP_S && gap > 0 ? gap : 0 };
    session.belonging.add(call);
    madeIn(this.#types, type, Counts).add(call);
    const quarter = madeIn(this.#quarters, typeof at === "number" ? quarterOf(at) : at, Part);
    quarter.add(call);
    if (session.quarter !== quarter) quarter.sessions.push(session.number);
    session.quarter = quarter;
    if (!isToolCall) return;
    const used = madeIn(this.#tools, tool, Tool);
    used.add(call);
    used.sessions.add(session.number);
  }

  /** Where all sessions ran, by the keys of the project groups. */
  get places(): ReadonlyMap<string, StatsPlace> {
    return this.#places;
  }

  /** @param projects the names of projects by the keys of their groups */
  result(projects: ReadonlyMap<string, string>): ActivityStats {
    const total = new Counts();
    let sessions = 0;
    for (const each of this.#belongings.values()) {
      total.merge(each);
      sessions += each.sessions.length;
    }
    const { events, activeSeconds, toolCalls, errors } = total;
    return {
      sessions,
      events,
      activeSeconds,
      toolCalls,
      errors,
      types: this.#groups(this.#types, (type) => type, "events"),
      ...this.#toolGroups(),
      ...this.#timeGroups(),
      agents: this.#sessionGroups(({ agent }) => agent),
      models: this.#sessionGroups(({ model }) => model),
      projects: this.#sessionGroups(({ path }) =>
        path === null ? null : (projects.get(path) ?? path),
      ),
    };
  }

  #groups<K, V extends Counts & { readonly sessions?: Iterable<number> }>(
    parts: ReadonlyMap<K, V>,
    keyOf: (key: K) => string | null,
    sort: "key" | "events",
  ): EventGroup[] {
    const keyed = [...parts].map(
      ([key, part]) => [keyOf(key), part, part.sessions ?? NO_SESSIONS] as const,
    );
    return grouped(keyed, this.#count, sort);
  }

  #toolGroups(): Pick<ActivityStats, "tools" | "kinds"> {
    const kindOf = (tool: string | null) => (tool === null ? null : toolKind(tool));
    return {
      tools: this.#groups(this.#tools, (tool) => tool, "events"),
      kinds: this.#groups(this.#tools, kindOf, "events"),
    };
  }

  #timeGroups(): Pick<ActivityStats, "days" | "weeks" | "hours" | "weekHours"> {
    const local = new Map(
      [...this.#quarters.keys()].map((at) => [
        at,
        typeof at === "number" ? this.#localOf(at) : { day: at, week: null, hour: null },
      ]),
    );
    const by = (keyOf: (local: LocalHour) => string | null) =>
      this.#groups(
        this.#quarters,
        (at) => {
          const time = local.get(at);
          return time === undefined ? null : keyOf(time);
        },
        "key",
      );
    return {
      days: by(({ day }) => day),
      weeks: by(({ week }) => week),
      hours: by(({ hour }) => hour),
      weekHours: by(weekHourOf),
    };
  }

  #sessionGroups(keyOf: (belonging: Belonging) => string | null): EventGroup[] {
    const parts = [...this.#belongings.values()].map(
      (each) => [keyOf(each), each, each.sessions] as const,
    );
    return grouped(parts, this.#count, "events");
  }
}
