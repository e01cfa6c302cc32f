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

/** Whether `mm` or memtomem generated this summary. */
export function isAutomaticSummary(summary: string): boolean {
  return /^(?:Session had \d+ events: |Session ended \(no events\)$|auto-ended )/u.test(summary);
}

/** The summary of `session end --auto`. `counts` is sorted by frequency, ties in first-seen order. */
export function automaticSummary(counts: readonly TypeCount[]): string {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return "Session ended (no events)";
  return `Session had ${total} events: ${counts.map(({ type, count }) => `${count}x ${type}`).join(", ")}`;
}
