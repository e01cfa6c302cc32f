import type { Connection } from "../../store/connection.ts";
import { storedText } from "../../store/rows.ts";
import { epochSeconds } from "../../store/statements.ts";
import type { View } from "../../store/store.ts";
import { usualSeconds } from "./seconds.ts";

/** No time zone's hours begin within a quarter of an hour, and asking for the local time of every event is slow. */
const QUARTER_S = 900;
const HOUR_S = 3600;
const DAY_S = 86_400;
const DAY_MS = DAY_S * 1000;

/** The number of a time's quarter of an hour since 1970, which `localHours` takes. */
export function quarterOf(at: number): number {
  return Math.trunc(at / QUARTER_S);
}

/** When a quarter of an hour is in local time. */
export interface LocalHour {
  /** Like `2026-03-10`; an invalid time is its own day. */
  readonly day: string | null;
  /** The Monday of the day's week; null for an invalid time. */
  readonly week: string | null;
  /** From `00` to `23`; null for an invalid time. */
  readonly hour: string | null;
  /** The hour of the week, like `1 09` for Monday at nine; null for an invalid time. */
  readonly weekHour: string | null;
}

/** Of an invalid time, and of one that the time zone leads beyond the year 9999. */
export const NO_HOUR: LocalHour = { day: null, week: null, hour: null, weekHour: null };

/** Reads a local hour like `2026-03-10 09`. */
function toLocalHour(local: string): LocalHour {
  const [day = "", hour = ""] = local.split(" ");
  const ms = Date.parse(`${day}T00:00:00Z`);
  // Monday is the first day of a week.
  const weekday = new Date(ms).getUTCDay() || 7;
  const week = new Date(ms - (weekday - 1) * DAY_MS).toISOString().slice(0, 10);
  return { day, week, hour, weekHour: `${weekday} ${hour}` };
}

/** Until then, SQLite takes local time from the system; other years borrow the time zone of one that is like them. */
const SYSTEM_TIME_S = 2 ** 31 - 2 * DAY_S;

/** Tells how far local time is from UTC on the nth day since 1970, in seconds; null where the clocks are changed on it. */
function offsets({ db }: View): (day: number) => number | null {
  const query = db.query<{ offset: number }, [number]>(
    "SELECT unixepoch(?1, 'unixepoch', 'localtime') - ?1 AS offset",
  );
  const known = new Map<number, number>();
  const atBegin = (day: number) => {
    const offset = known.get(day) ?? query.get(day * DAY_S)?.offset ?? 0;
    known.set(day, offset);
    return offset;
  };
  return (day) => (atBegin(day) === atBegin(day + 1) ? atBegin(day) : null);
}

/** Tells when a quarter of an hour is in local time, by its number. To ask SQLite for each of them takes long. */
export function localHours(view: View): (quarter: number) => LocalHour {
  const query = view.db.query<{ local: string | null }, [number]>(
    "SELECT strftime('%Y-%m-%d %H', ?1, 'unixepoch', 'localtime') AS local",
  );
  const hours = new Map<number | string, LocalHour>();
  const offsetOn = offsets(view);
  const hourOf = (key: number | string, textOf: () => string) => {
    let hour = hours.get(key);
    if (hour === undefined) {
      hour = toLocalHour(textOf());
      hours.set(key, hour);
    }
    return hour;
  };
  return (quarter) => {
    const second = quarter * QUARTER_S;
    const isSystems = second >= DAY_S && second < SYSTEM_TIME_S;
    const offset = isSystems ? offsetOn(Math.floor(second / DAY_S)) : null;
    if (offset !== null) {
      const number = Math.floor((second + offset) / HOUR_S);
      const text = () => new Date(number * HOUR_S * 1000).toISOString().slice(0, 13);
      return hourOf(number, () => text().replace("T", " "));
    }
    const local = query.get(second)?.local ?? null;
    return local === null ? NO_HOUR : hourOf(local, () => local);
  };
}

/** Tells a stored time in seconds since 1970, or as the text that it is. SQLite is asked only for unusual ones: that takes long. */
export function storedSeconds(
  db: Connection,
): (stored: string | number | Uint8Array | null) => number | string {
  const query = db.query<{ at: number | null }, [string | number | Uint8Array | null]>(
    `SELECT ${epochSeconds("?1")} AS at`,
  );
  return (stored) => {
    const usual = typeof stored === "string" ? usualSeconds(stored) : null;
    return usual ?? query.get(stored)?.at ?? storedText(stored);
  };
}
