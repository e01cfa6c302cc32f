import { toolKind } from "../agents/tool-kind.ts";
import { LONGEST_GAP_S } from "../text/duration.ts";
import { Bits, Counts, type EventGroup, Groups, Part } from "./groups.ts";
import { type LocalHour, NO_HOUR, quarterOf } from "./local/sql.ts";
import type { Setup, TellEvent, TellSession } from "./sql.ts";

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

  constructor(agent: string, { model, project, root }: Setup) {
    super();
    this.agent = agent;
    this.model = model;
    this.path = (project ?? root) || null;
  }
}

/** Where a session ran. */
export type StatsPlace = Pick<Setup, "project" | "root">;

const UNKNOWN: Setup = { model: null, project: null, root: null };

/** What happened in one hour of a day, with the totals. */
class Hour extends Part {
  readonly local: LocalHour;

  constructor(local: LocalHour) {
    super();
    this.local = local;
  }
}

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

const NO_SESSIONS: readonly number[] = [];

/** Adds up sessions and events. */
export class ActivityTally {
  /** By their ids, the numbers of the sessions of the store that is read; of others, with a setup, less than 0. */
  #numbers = new Map<string, number>();
  readonly #setups: Setup[] = [UNKNOWN];
  readonly #setupNumbers = new Map<string, number>();
  // Of a session only what its next event needs, by its number: a hundred thousand objects would be many.
  readonly #belongingsOf: Belonging[] = [];
  readonly #isCounted: boolean[] = [];
  /** Seconds since 1970; NaN for none. */
  readonly #lastAt: number[] = [];
  /** In which hour it was counted last. */
  readonly #lastHour: (Hour | null)[] = [];
  readonly #localOf: (quarter: number) => LocalHour;
  /** By agent and the number of a setup. */
  readonly #belongings = new Map<string, Map<number, Belonging>>();
  readonly #places = new Map<string, StatsPlace>();
  readonly #hours = new Map<LocalHour, Hour>();
  /** By the number of a quarter of an hour since 1970, or by an invalid time. */
  readonly #hourOf = new Map<number | string, Hour>();
  readonly #tools = new Map<string | null, Tool>();
  readonly #types = new Map<string, Counts>();

  /** @param localOf tells when a quarter of an hour is in local time */
  constructor(localOf: (quarter: number) => LocalHour) {
    this.#localOf = localOf;
  }

  /** Those of a store are added before its sessions. */
  addSetup(sessionId: string, setup: Setup): void {
    const key = JSON.stringify(setup);
    let number = this.#setupNumbers.get(key);
    if (number === undefined) {
      number = this.#setups.push(setup) - 1;
      this.#setupNumbers.set(key, number);
    }
    this.#numbers.set(sessionId, -number);
  }

  readonly addSession: TellSession = (id, agentId, hasStarted) => {
    const setup = this.#numbers.get(id) ?? 0;
    const belonging = this.#belongingOf(agentId, setup < 0 ? -setup : 0);
    const number = this.#belongingsOf.push(belonging) - 1;
    this.#numbers.set(id, number);
    this.#isCounted.push(false);
    this.#lastAt.push(Number.NaN);
    this.#lastHour.push(null);
    if (hasStarted) this.#include(number, belonging);
  };

  /** What comes next is of another store, which may have events of the same sessions. */
  closeStore(): void {
    this.#numbers = new Map();
  }

  #belongingOf(agentId: string, setupNumber: number): Belonging {
    const ofAgent = madeIn(this.#belongings, agentId, Map<number, Belonging>);
    const known = ofAgent.get(setupNumber);
    if (known !== undefined) return known;
    const setup = this.#setups[setupNumber] ?? UNKNOWN;
    const made = new Belonging(agentId, setup);
    ofAgent.set(setupNumber, made);
    const { project, root } = setup;
    if (made.path !== null) this.#places.set(made.path, { project, root });
    return made;
  }

  #include(session: number, belonging: Belonging): void {
    if (this.#isCounted[session] === true) return;
    this.#isCounted[session] = true;
    belonging.sessions.push(session);
  }

  #hourAt(at: number | string): Hour {
    const key = typeof at === "number" ? quarterOf(at) : at;
    const known = this.#hourOf.get(key);
    if (known !== undefined) return known;
    const local = typeof key === "number" ? this.#localOf(key) : { ...NO_HOUR, day: key };
    const hour = this.#hours.get(local) ?? new Hour(local);
    this.#hours.set(local, hour);
    this.#hourOf.set(key, hour);
    return hour;
  }

  readonly addEvent: TellEvent = (sessionId, type, at, tool) => {
    const session = this.#numbers.get(sessionId) ?? -1;
    const belonging = this.#belongingsOf[session];
    if (belonging === undefined) return;
    const time = typeof at === "number" ? at : Number.NaN;
    const gap = time - (this.#lastAt[session] ?? Number.NaN);
    this.#lastAt[session] = time;
    this.#include(session, belonging);
    // An error without a tool is the model's, or was logged by hand.
    const isError = type === "error" && tool !== null;
    const isToolCall = isError || type === "tool_call";
    const active = gap <= LONGEST_GAP_S && gap > 0 ? gap : 0;
    belonging.add(isToolCall, isError, active);
    madeIn(this.#types, type, Counts).add(isToolCall, isError, active);
    const hour = this.#hourAt(at);
    hour.add(isToolCall, isError, active);
    if (this.#lastHour[session] !== hour) hour.sessions.push(session);
    this.#lastHour[session] = hour;
    if (!isToolCall) return;
    const used = madeIn(this.#tools, tool, Tool);
    used.add(isToolCall, isError, active);
    used.sessions.add(session);
  };

  /** Where all sessions ran, by the keys of the project groups. */
  get places(): ReadonlyMap<string, StatsPlace> {
    return this.#places;
  }

  /** @param projects the names of projects by the keys of their groups */
  result(projects: ReadonlyMap<string, string>): ActivityStats {
    const total = new Counts();
    let sessions = 0;
    for (const each of this.#allBelongings()) {
      total.merge(each);
      sessions += each.sessions.length;
    }
    const { events, activeSeconds, toolCalls, errors } = total;
    const timeGroups = (keyOf: (local: LocalHour) => string | null) => this.#timeGroups(keyOf);
    return {
      sessions,
      events,
      activeSeconds,
      toolCalls,
      errors,
      types: this.#groups(this.#types, (type) => type),
      ...this.#toolGroups(),
      // Each takes a while, and seldom more than one of them is shown.
      get days() {
        return timeGroups(({ day }) => day);
      },
      get weeks() {
        return timeGroups(({ week }) => week);
      },
      get hours() {
        return timeGroups(({ hour }) => hour);
      },
      get weekHours() {
        return timeGroups(({ weekHour }) => weekHour);
      },
      agents: this.#sessionGroups(({ agent }) => agent),
      models: this.#sessionGroups(({ model }) => model),
      projects: this.#sessionGroups(({ path }) =>
        path === null ? null : (projects.get(path) ?? path),
      ),
    };
  }

  #allBelongings(): Belonging[] {
    return [...this.#belongings.values()].flatMap((ofAgent) => [...ofAgent.values()]);
  }

  #sorted(groups: Groups, sort: "key" | "events"): EventGroup[] {
    return groups.sorted(this.#belongingsOf.length, sort);
  }

  #groups<K, V extends Counts & { readonly sessions?: Iterable<number> }>(
    parts: ReadonlyMap<K, V>,
    keyOf: (key: K) => string | null,
  ): EventGroup[] {
    const groups = new Groups();
    for (const [key, part] of parts) groups.add(keyOf(key), part, part.sessions ?? NO_SESSIONS);
    return this.#sorted(groups, "events");
  }

  #toolGroups(): Pick<ActivityStats, "tools" | "kinds"> {
    const kindOf = (tool: string | null) => (tool === null ? null : toolKind(tool));
    return {
      tools: this.#groups(this.#tools, (tool) => tool),
      kinds: this.#groups(this.#tools, kindOf),
    };
  }

  #timeGroups(keyOf: (local: LocalHour) => string | null): EventGroup[] {
    const groups = new Groups();
    for (const part of this.#hours.values()) groups.add(keyOf(part.local), part, part.sessions);
    return this.#sorted(groups, "key");
  }

  #sessionGroups(keyOf: (belonging: Belonging) => string | null): EventGroup[] {
    const groups = new Groups();
    for (const each of this.#allBelongings()) groups.add(keyOf(each), each, each.sessions);
    return this.#sorted(groups, "events");
  }
}
