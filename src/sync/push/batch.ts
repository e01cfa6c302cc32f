import type { SentEvent } from "./events.ts";
import type { ServerRow } from "./rows.ts";

const MAX_EVENTS = 5000;
const MAX_SESSIONS = 2000;
const MAX_CHARACTERS = 4_000_000;
/** What a row takes beside its long texts. */
const ROW = 200;

/** What one transaction sends. */
export interface Batch {
  readonly sessions: readonly ServerRow[];
  readonly events: readonly SentEvent[];
  readonly usage: readonly ServerRow[];
}

/** Collects rows for one transaction. */
export class BatchBuilder {
  #sessions: ServerRow[] = [];
  #events: SentEvent[] = [];
  #usage: ServerRow[] = [];
  #characters = 0;

  addSession(row: ServerRow): void {
    this.#sessions.push(row);
    this.#count(row);
  }

  addEvent(event: SentEvent): void {
    this.#events.push(event);
    this.#characters += ROW + event.content.length + event.metadata.length;
  }

  addUsage(row: ServerRow): void {
    this.#usage.push(row);
    this.#count(row);
  }

  /** How many more events fit. */
  get room(): number {
    return this.isFull ? 0 : MAX_EVENTS - this.#events.length - this.#usage.length;
  }

  get isFull(): boolean {
    return (
      this.#sessions.length >= MAX_SESSIONS ||
      this.#events.length + this.#usage.length >= MAX_EVENTS ||
      this.#characters >= MAX_CHARACTERS
    );
  }

  get isEmpty(): boolean {
    return this.#sessions.length === 0;
  }

  /** Gives what was collected, and starts anew. */
  take(): Batch {
    const batch = { sessions: this.#sessions, events: this.#events, usage: this.#usage };
    this.#sessions = [];
    this.#events = [];
    this.#usage = [];
    this.#characters = 0;
    return batch;
  }

  #count({ metadata }: ServerRow): void {
    this.#characters += ROW + (metadata === undefined ? 0 : JSON.stringify(metadata).length);
  }
}

type OfSession = SentEvent | ServerRow;

/** Halves a batch that the server refuses, to find the row: by its sessions, or else by its events and calls. */
export function halves({ sessions, events, usage }: Batch): readonly [Batch, Batch] {
  const middle = sessions.length >> 1;
  if (middle > 0) {
    const halved = [sessions.slice(0, middle), sessions.slice(middle)] as const;
    // Two sessions may have the same id once it is cleaned.
    const first = new Set(halved[0].map((row) => row["session_id"]));
    const isFirst = (row: OfSession) => first.has(row["session_id"]);
    const isSecond = (row: OfSession) => !isFirst(row);
    return [
      { sessions: halved[0], events: events.filter(isFirst), usage: usage.filter(isFirst) },
      { sessions: halved[1], events: events.filter(isSecond), usage: usage.filter(isSecond) },
    ];
  }
  const at = (events.length + usage.length) >> 1;
  const past = Math.max(0, at - events.length);
  return [
    { sessions, events: events.slice(0, at), usage: usage.slice(0, past) },
    { sessions, events: events.slice(at), usage: usage.slice(past) },
  ];
}
