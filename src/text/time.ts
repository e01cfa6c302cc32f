/** Clocks that go right differ by no more than this; a time that lies further ahead was told by one that doesn't. */
export const MAX_AHEAD_MS = 5 * 60_000;

/** The format in which memtomem and `mm` store times, because both compare them as text: `2026-04-29T04:39:35+00:00`. */
export function toTimestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}+00:00`;
}

const DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/iu;

/** Converts a UTC time to milliseconds since 1970; null for one that doesn't exist. */
function inUtc(day: string, time: string): number | null {
  const ms = Date.parse(`${day}T${time}Z`);
  // A date that doesn't exist rolls over to another one.
  const isDay = !Number.isNaN(ms) && new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
  return isDay ? ms : null;
}

/** Converts a local time like `2026-01-31 09:30:00` to seconds since 1970; null if it isn't a time. */
export type SecondsOfLocal = (time: string) => number | null;

/** The milliseconds since 1970 of a date (the start of that local day) or a date-time (local unless it names a zone), or null. */
export function dateTime(text: string, secondsOfLocal: SecondsOfLocal): number | null {
  const [, day, hours = "00", minutes = "00", seconds = "00", zone] = DATE_TIME.exec(text) ?? [];
  if (day === undefined) return null;
  const time = `${hours}:${minutes}:${seconds}`;
  if (inUtc(day, time) === null) return null;
  if (zone === undefined) {
    const local = secondsOfLocal(`${day} ${time}`);
    return local === null ? null : local * 1000;
  }
  const offset = zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/u, "$1:$2");
  return Date.parse(`${day}T${time}${offset}`);
}

/** Hooks that an agent runs at the same time are stored in any order, but within this time. */
const AT_ONCE_MS = 2000;

interface Timed<T> {
  readonly one: T;
  readonly at: number;
}

/** Puts it behind the last that isn't later. */
function insert<T>(sorted: Timed<T>[], timed: Timed<T>): void {
  let place = sorted.length;
  while (place > 0 && (sorted[place - 1]?.at ?? 0) > timed.at) place--;
  sorted.splice(place, 0, timed);
}

/**
 * What was stored, in the order in which it happened as far as that differs only because hooks ran at the same time.
 * @param timeOf milliseconds since 1970; null for what was stored as it happened
 */
export function* inTimeOrder<T>(
  stored: Iterable<T>,
  timeOf: (one: T) => number | null,
): Generator<T> {
  /** In order; what may still be overtaken. */
  let waiting: Timed<T>[] = [];
  for (const one of stored) {
    const at = timeOf(one);
    // A much earlier one comes from the spool or a transcript, and stays where it was stored.
    const stays = at === null || at < (waiting.at(-1)?.at ?? 0) - AT_ONCE_MS;
    const left = stays ? -1 : waiting.findIndex((each) => each.at >= at - AT_ONCE_MS);
    const done = left < 0 ? waiting : waiting.slice(0, left);
    waiting = waiting.slice(done.length);
    for (const each of done) yield each.one;
    if (stays) yield one;
    else insert(waiting, { one, at });
  }
  for (const { one } of waiting) yield one;
}
