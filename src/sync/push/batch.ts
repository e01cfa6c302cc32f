import type { SentEvent } from "./events.ts";
import type { ServerRow } from "./rows.ts";

const MAX_EVENTS = 4000;
const MAX_SESSIONS = 2000;
const MAX_CHARACTERS = 4_000_000;
/** What a row takes beside its long texts. */
const ROW = 200;

/** What one transaction sends. */
export interface Batch {
  readonly sessions: readonly ServerRow[];
  readonly events: readonly SentEvent[];
  readonly usage: readonly ServerRow[];
  /** The sessions whose events, or whose calls, the server is to forget first. */
  readonly renewed: { readonly events: readonly string[]; readonly usage: readonly string[] };
  /** Whether the server has nothing of its sessions but what this push has sent. */
  readonly isNew: boolean;
}

/** What goes of a batch without events, calls and what they replace. */
export const NO_ROWS = {
  events: [],
  usage: [],
  renewed: { events: [], usage: [] },
  isNew: false,
};

/** Collects rows for one transaction. */
export class BatchBuilder {
  #sessions: ServerRow[] = [];
  #events: SentEvent[] = [];
  #usage: ServerRow[] = [];
  #renewed: { events: string[]; usage: string[] } = { events: [], usage: [] };
  #characters = 0;
  #isNew = true;

  /** Has the server forget first what it has of a session's events or calls. */
  renew(what: keyof Batch["renewed"], sessionId: string): void {
    this.#renewed[what].push(sessionId);
  }

  /** @param isNew whether the server has nothing of it but what this push has sent */
  addSession(row: ServerRow, isNew: boolean): void {
    this.#isNew &&= isNew;
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
    const batch = {
      sessions: this.#sessions,
      events: this.#events,
      usage: this.#usage,
      renewed: this.#renewed,
      isNew: this.#isNew,
    };
    this.#isNew = true;
    this.#sessions = [];
    this.#events = [];
    this.#usage = [];
    this.#renewed = { events: [], usage: [] };
    this.#characters = 0;
    return batch;
  }

  #count({ metadata }: ServerRow): void {
    this.#characters += ROW + (metadata === undefined ? 0 : JSON.stringify(metadata).length);
  }
}

type OfSession = SentEvent | ServerRow;

/** What of a batch belongs to these of its sessions. */
function partOf(batch: Batch, sessions: Batch["sessions"], isMeant: (id: unknown) => boolean) {
  const isOfMeant = (row: OfSession) => isMeant(row["session_id"]);
  return {
    sessions,
    events: batch.events.filter(isOfMeant),
    usage: batch.usage.filter(isOfMeant),
    renewed: {
      events: batch.renewed.events.filter(isMeant),
      usage: batch.renewed.usage.filter(isMeant),
    },
    isNew: batch.isNew,
  };
}

/** Halves a batch that the server refuses, to find the row: by its sessions, or else by its events and calls. */
export function halves(batch: Batch): readonly [Batch, Batch] {
  const { sessions, events, usage } = batch;
  const middle = sessions.length >> 1;
  if (middle > 0) {
    const halved = [sessions.slice(0, middle), sessions.slice(middle)] as const;
    // Two sessions may have the same id once it is cleaned.
    const first = new Set<unknown>(halved[0].map((row) => row["session_id"]));
    return [
      partOf(batch, halved[0], (id) => first.has(id)),
      partOf(batch, halved[1], (id) => !first.has(id)),
    ];
  }
  const at = (events.length + usage.length) >> 1;
  const past = Math.max(0, at - events.length);
  return [
    { ...NO_ROWS, sessions, events: events.slice(0, at), usage: usage.slice(0, past) },
    { ...NO_ROWS, sessions, events: events.slice(at), usage: usage.slice(past) },
  ];
}
