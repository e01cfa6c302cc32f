/**
 * Whether the metadata says that memtomem or `mm` ended the session as stale. Its work was over long before
 * that end.
 */
export function wasEndedAsStale(metadata: Readonly<Record<string, unknown>>): boolean {
  return metadata["auto_ended"] === true && metadata["reason"] === "stale";
}

/** How many events of one type a session has. */
export interface TypeCount {
  readonly type: string;
  readonly count: number;
}

/** Whether this is `automaticSummary` of some events. */
export function countsEvents(summary: string): boolean {
  return /^Session (?:had \d+ events: |ended \(no events\)$)/u.test(summary);
}

/** Whether `mm` or memtomem generated this summary. */
export function isAutomaticSummary(summary: string): boolean {
  return countsEvents(summary) || summary.startsWith("auto-ended ");
}

/** The summary of `session end --auto`. `counts` is sorted by frequency, ties in first-seen order. */
export function automaticSummary(counts: readonly TypeCount[]): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return "Session ended (no events)";
  return `Session had ${total} events: ${counts.map(({ type, count }) => `${count}x ${type}`).join(", ")}`;
}
