import { appendFileSync, mkdirSync, readFileSync, statSync } from "node:fs";

/** An ISO time and a line end for each event, so that writers at once need no lock and the size is the count. */
const BYTES_AN_EVENT = 25;
const MAX_BYTES = 1_000_000;

const fileIn = (home: string) => `${home}/logs/lost-events`;

/** Counts events that were lost. The database may be what can't be written, so it is a file. */
export function countLost(home: string, at: Date, events: number): void {
  const path = fileIn(home);
  mkdirSync(`${home}/logs`, { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= MAX_BYTES) return;
  appendFileSync(path, `${at.toISOString()}\n`.repeat(events), { mode: 0o600 });
}

export interface LostEvents {
  /** At most 40,000 are counted. */
  readonly count: number;
  /** When the first was lost, as an ISO time. */
  readonly since: string;
}

/** The events that hooks have lost, or null for none. */
export function lostEvents(home: string): LostEvents | null {
  try {
    const text = readFileSync(fileIn(home), "latin1");
    const count = Math.floor(text.length / BYTES_AN_EVENT);
    return count === 0 ? null : { count, since: text.slice(0, BYTES_AN_EVENT - 1) };
  } catch {
    return null;
  }
}
