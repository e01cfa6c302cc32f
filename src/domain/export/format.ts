import type { StoredRecord } from "./record.ts";

/** How much an export holds. */
export interface Totals {
  readonly sessions: number;
  readonly events: number;
}

/** One form of export: the text of each piece, in the order in which they are called. */
export interface ExportFormat {
  begin(): string;
  session(session: StoredRecord): string;
  event(event: StoredRecord, session: StoredRecord): string;
  endSession(): string;
  end(totals: Totals): string;
}
