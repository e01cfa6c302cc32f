/** The events that have one thing in common. */
export interface EventGroup {
  /** What they have in common: a local day, an agent id, a project, a tool, a type; null where they have none. */
  readonly key: string | null;
  /** To which they belong, and sessions without an event that have the same in common, where these are told. */
  readonly sessions: number;
  readonly events: number;
  /** Tool calls, failed ones too. */
  readonly toolCalls: number;
  readonly errors: number;
  readonly activeSeconds: number;
}

/** What counts of an event. */
export interface CountedCall {
  readonly isToolCall: boolean;
  readonly isError: boolean;
  /** Since the session's event before it, as far as somebody was at work. */
  readonly activeSeconds: number;
}

class Group {
  /** Their numbers. */
  readonly sessions = new Set<number>();
  events = 0;
  toolCalls = 0;
  errors = 0;
  activeSeconds = 0;
}

/** Adds events up by what they have in common. */
export class ActivityGroups {
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

  /** Without a session, the group's sessions are told by `addSession` alone. */
  addEvent(key: string | null, session: number | null, call: CountedCall): void {
    const group = this.#of(key);
    if (session !== null) group.sessions.add(session);
    group.events++;
    if (call.isToolCall) group.toolCalls++;
    if (call.isError) group.errors++;
    group.activeSeconds += call.activeSeconds;
  }

  /** The groups whose keys have one name become one. */
  renamed(name: (key: string) => string): ActivityGroups {
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

  /** In the order of their keys, or those with most events first. */
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
