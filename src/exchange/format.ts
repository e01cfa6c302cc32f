import type { StoredRecord, StoredSession } from "./record.ts";

/** How much an export holds. */
export interface Totals {
  readonly sessions: number;
  readonly events: number;
}

/** One form of export: the text of each piece, in the order in which they are called. */
export interface ExportFormat {
  begin(): string;
  session(session: StoredSession): string;
  event(event: StoredRecord, session: StoredRecord): string;
  endSession(): string;
  /** A list of all sessions behind the last one; each is read once more for it, for none of them is kept. */
  list?(totals: Totals): SessionList;
  end(totals: Totals): string;
}

/** Its pieces, in the order in which they are called. */
export interface SessionList {
  begin(): string;
  entry(session: StoredRecord): string;
  end(): string;
}
