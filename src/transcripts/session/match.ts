import { shortened } from "../../agents/history/shortened.ts";
import type { Completion, StoredEvent, ToldEvent } from "../../store/history/events.ts";
import { identityOf, type Prepared } from "../rows/content.ts";
import { partners } from "./pairs.ts";

/** What is to be done so that the stored events are the transcript's, too. */
export interface Merged {
  readonly append: readonly ToldEvent[];
  readonly complete: readonly Completion[];
}

/** The stored events of a session, as far as a transcript's may be the same. */
export class StoredEvents {
  /** Shortened, since a session may have tens of thousands. */
  readonly #identities = new Set<string>();
  readonly #byKey = new Map<string, StoredEvent>();
  /** What hooks have told under no key that a transcript knows. */
  readonly #free = new Set<StoredEvent>();
  /** The highest row id among them. */
  last = 0;

  add(rows: readonly StoredEvent[]): void {
    for (const row of rows) {
      this.last = Math.max(this.last, row.id);
      const isToComplete = row.isHooked === 1 && row.line === null;
      if (!isToComplete) this.#identities.add(shortened(identityOf(row)));
      // What is told once more stands behind.
      if (!this.#byKey.has(row.dedupKey)) this.#byKey.set(row.dedupKey, row);
      if (isToComplete) this.#free.add(row);
    }
  }

  /** Decides about a transcript's events, in the order of their times. */
  merge(events: readonly Prepared[]): Merged {
    const complete: Completion[] = [];
    const rest: Prepared[] = [];
    for (const event of events) {
      const identity = shortened(event.identity);
      if (this.#identities.has(identity)) continue;
      this.#identities.add(identity);
      const row = this.#keyed(event);
      if (row === null) rest.push(event);
      else complete.push(this.#taken(row, event));
    }
    const append: ToldEvent[] = [];
    const aligned = this.#aligned(rest);
    for (const event of rest) {
      const row = aligned.get(event);
      if (row === undefined) append.push(event.told);
      else complete.push(this.#taken(row, event));
    }
    return { append: append.toSorted((a, b) => a.at - b.at), complete };
  }

  #keyed({ keys }: Prepared): StoredEvent | null {
    if (this.#free.size === 0) return null;
    const found = keys.map((key) => this.#byKey.get(key)).find((row) => row !== undefined);
    return found !== undefined && this.#free.has(found) ? found : null;
  }

  #taken(row: StoredEvent, { told, identity }: Prepared): Completion {
    this.#free.delete(row);
    // Of some agents only the transcript tells that a command failed, or how.
    const failed = told.type === "error";
    const { ok, error } = told.metadata;
    return {
      id: row.id,
      type: failed ? "error" : row.type,
      content: told.content,
      lacking: told.metadata,
      corrected: failed ? { ok, error } : {},
      line: identity,
    };
  }

  /** What hooks told under no known key: the nth of some content there is the nth of it here. */
  #aligned(events: readonly Prepared[]): Map<Prepared, StoredEvent> {
    const found = new Map<Prepared, StoredEvent>();
    if (this.#free.size === 0) return found;
    const rows = Map.groupBy(this.#free, signatureOf);
    for (const group of Map.groupBy(events, groupOf).values()) {
      const [first] = group;
      if (first === undefined) continue;
      const same = signaturesOf(first).flatMap((signature) => rows.get(signature) ?? []);
      for (const [event, row] of pairs(group, same)) found.set(event, row);
    }
    const taken = new Set(found.values());
    const wordless = (rows.get(WORDLESS) ?? []).filter((row) => !taken.has(row));
    const prompts = events.filter(({ told }) => told.type === "prompt");
    const left = prompts.filter((event) => !found.has(event));
    for (const [event, row] of nearPairs(left, wordless)) found.set(event, row);
    return found;
  }
}

/** Of a prompt of which a hook told no word. */
const WORDLESS = "prompt\n";

/** A hook and its transcript tell of the same prompt within less. */
const NEAR_MS = 60_000;

/** A failed tool is an error in a transcript where a hook may have told a call. */
function typeOf(type: string): string {
  return type === "error" ? "tool_call" : type;
}

function signatureOf({ type, content }: StoredEvent): string {
  return `${typeOf(type)}\n${type === "compact" ? "" : content}`;
}

function signaturesOf(event: Prepared): string[] {
  const { told } = event;
  return event.contents().map((content) => `${typeOf(told.type)}\n${content}`);
}

const groupOf = (event: Prepared) => signaturesOf(event).join("\n\n");

/** Pairs both in their order; where one has more, so that their times differ least. */
function* pairs(
  events: readonly Prepared[],
  rows: readonly StoredEvent[],
): Generator<readonly [Prepared, StoredEvent]> {
  const inTime = events.toSorted((a, b) => a.told.at - b.told.at);
  const rowsInTime = rows.toSorted((a, b) => a.at - b.at);
  const told = inTime.map((event) => event.told.at);
  const stored = rowsInTime.map(({ at }) => at);
  const areMore = told.length > stored.length;
  const places = areMore ? partners(stored, told) : partners(told, stored);
  for (const [nth, place] of places.entries()) {
    const event = inTime[areMore ? place : nth];
    const row = rowsInTime[areMore ? nth : place];
    if (event !== undefined && row !== undefined) yield [event, row];
  }
}

/** Pairs those whose times are near each other: without a word nothing else tells that they are the same. */
function nearPairs(events: readonly Prepared[], rows: readonly StoredEvent[]) {
  const minuteOf = (at: number) => Math.floor(at / NEAR_MS);
  const around = (times: readonly number[]) =>
    new Set(times.map(minuteOf).flatMap((minute) => [minute - 1, minute, minute + 1]));
  const nearEvents = around(events.map(({ told }) => told.at));
  const nearRows = around(rows.map(({ at }) => at));
  const found = pairs(
    events.filter(({ told }) => nearRows.has(minuteOf(told.at))),
    rows.filter(({ at }) => nearEvents.has(minuteOf(at))),
  );
  return [...found].filter(([{ told }, { at }]) => Math.abs(told.at - at) <= NEAR_MS);
}
