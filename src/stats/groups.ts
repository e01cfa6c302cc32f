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

/** Totals of events. */
export class Counts {
  events = 0;
  toolCalls = 0;
  errors = 0;
  activeSeconds = 0;

  /**
   * Adds an event. An error is a tool call too.
   * @param activeSeconds since the session's previous event if they count as active, else 0
   */
  add(isToolCall: boolean, isError: boolean, activeSeconds: number): void {
    this.events++;
    if (isToolCall) this.toolCalls++;
    if (isError) this.errors++;
    this.activeSeconds += activeSeconds;
  }

  merge(other: Counts): void {
    this.events += other.events;
    this.toolCalls += other.toolCalls;
    this.errors += other.errors;
    this.activeSeconds += other.activeSeconds;
  }
}

/** Totals with the numbers of the sessions that they are of; a number may stand there more than once. */
export class Part extends Counts {
  readonly sessions: number[] = [];
}

/** A set of small numbers, a bit for each: a hundred thousand sessions in 12 KB. */
export class Bits {
  #bytes = new Uint8Array(64);

  add(number: number): void {
    const at = number >> 3;
    if (at >= this.#bytes.length) {
      const larger = new Uint8Array(Math.max(at + 1, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[at] = (this.#bytes[at] ?? 0) | (1 << (number & 7));
  }

  [Symbol.iterator](): Iterator<number> {
    const numbers: number[] = [];
    for (let number = 0; number < this.#bytes.length * 8; number++) {
      if ((this.#bytes[number >> 3] ?? 0) & (1 << (number & 7))) numbers.push(number);
    }
    return numbers.values();
  }
}

type Key = string | null;

/** Groups parts by their keys. */
export class Groups {
  readonly #groups = new Map<Key, { counts: Counts; sessions: Iterable<number>[] }>();

  add(key: Key, counts: Counts, sessions: Iterable<number>): void {
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { counts: new Counts(), sessions: [] };
      this.#groups.set(key, group);
    }
    group.counts.merge(counts);
    group.sessions.push(sessions);
  }

  /**
   * The groups in which anything was counted, sorted by key or by events in descending order.
   * @param sessions how many there are
   */
  sorted(sessions: number, sort: "key" | "events"): EventGroup[] {
    // Which group has last counted a session.
    const counted = new Uint32Array(sessions);
    let group = 0;
    const sums: EventGroup[] = [];
    for (const [key, { counts, sessions: lists }] of this.#groups) {
      group++;
      let distinct = 0;
      for (const list of lists) {
        for (const session of list) {
          if (counted[session] === group) continue;
          counted[session] = group;
          distinct++;
        }
      }
      if (distinct > 0 || counts.events > 0) sums.push({ ...counts, key, sessions: distinct });
    }
    const order = (each: Key) => each ?? "";
    return sums.sort(
      (a, b) =>
        (sort === "events" ? b.events - a.events : 0) ||
        (order(a.key) < order(b.key) ? -1 : order(a.key) > order(b.key) ? 1 : 0),
    );
  }
}
