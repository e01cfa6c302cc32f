/** How a version of Codex writes: lines without an envelope, events, or completed items. */
export type ThreadStyle = "bare" | "events" | "items";

/** What a session has used in all, as Codex counts it. */
export interface Total {
  readonly input: number;
  readonly cached: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
}

/** What the reader of a thread has to know of the lines before one: ids, numbers, and the model's name. */
export interface ThreadState {
  readonly thread: string;
  readonly externalId: string;
  readonly style: ThreadStyle;
  readonly isSub: boolean;
  readonly isFork: boolean;
  readonly hasRecords: boolean;
  readonly turn: string | null;
  readonly model: string | null;
  readonly last: Total | null;
  /** How many of its calls were named after the total. */
  readonly counted: number;
  readonly place: number;
  readonly at: number;
}

/** What the next pass gets. */
export interface KeptThread extends Omit<ThreadState, "counted"> {
  /** The totals after which calls were named, shortened, in turn; absent where an earlier version kept none. */
  readonly totals?: readonly string[];
}
