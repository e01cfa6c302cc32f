import type { ServerRow } from "./rows.ts";

const MAX_EVENTS = 5000;
const MAX_SESSIONS = 2000;
const MAX_CHARACTERS = 4_000_000;

/** What one transaction sends. */
export interface Batch {
  readonly sessions: readonly ServerRow[];
  readonly events: readonly ServerRow[];
  readonly usage: readonly ServerRow[];
}

/** Collects rows for one transaction. */
export class BatchBuilder {
  #sessions: ServerRow[] = [];
  #events: ServerRow[] = [];
  #usage: ServerRow[] = [];
  #characters = 0;

  addSession(row: ServerRow): void {
    this.#sessions.push(row);
    this.#count(row);
  }

  addEvent(row: ServerRow): void {
    this.#events.push(row);
    this.#count(row);
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

  #count(row: ServerRow): void {
    const { content, metadata } = row;
    if (typeof content === "string") this.#characters += content.length;
    this.#characters += 200 + (metadata === undefined ? 0 : JSON.stringify(metadata).length);
  }
}

/**
 * Halves a batch that the server refuses, to find the row: first by sessions, then by the events and calls of one.
 * @returns null if there is only one row that may be refused
 */
export function halves({ sessions, events, usage }: Batch): readonly [Batch, Batch] | null {
  const middle = sessions.length >> 1;
  if (middle > 0) {
    const first = new Set(sessions.slice(0, middle).map((row) => row["session_id"]));
    const isFirst = (row: ServerRow) => first.has(row["session_id"]);
    const isSecond = (row: ServerRow) => !isFirst(row);
    return [
      {
        sessions: sessions.slice(0, middle),
        events: events.filter(isFirst),
        usage: usage.filter(isFirst),
      },
      {
        sessions: sessions.slice(middle),
        events: events.filter(isSecond),
        usage: usage.filter(isSecond),
      },
    ];
  }
  const rows = [
    ...events.map((row) => ({ row, isEvent: true })),
    ...usage.map((row) => ({ row, isEvent: false })),
  ];
  if (rows.length < 2) return null;
  const half = (part: typeof rows): Batch => ({
    sessions,
    events: part.filter(({ isEvent }) => isEvent).map(({ row }) => row),
    usage: part.filter(({ isEvent }) => !isEvent).map(({ row }) => row),
  });
  const at = rows.length >> 1;
  return [half(rows.slice(0, at)), half(rows.slice(at))];
}
