import * as fs from "node:fs";
import { dirname } from "node:path";
import type { LossReason } from "../errors.ts";
import { appendGuarded, makeOwnFolder, openGuarded, openToAppend, readFirst } from "./guard.ts";

// What hooks tell of their own troubles: a log, and a count of the events that they lost.

/** Why an event is in no session, as the files say it and in words. */
const REASONS = {
  payload: { code: "pay", words: "what the agent sent could not be read" },
  unknown: { code: "unk", words: "mm knows no such agent or event" },
  session: { code: "ses", words: "what the agent sent names no session" },
  late: { code: "lat", words: "nothing came on standard input in time" },
  spool_full: { code: "ful", words: "the spool was full" },
  unwritable: { code: "wri", words: "neither the database nor the spool could be written" },
  set_aside: { code: "bad", words: "a spooled event could not be stored" },
  failure: { code: "err", words: "mm failed" },
} as const satisfies Readonly<Record<LossReason, { code: string; words: string }>>;

const ALL = Object.keys(REASONS) as LossReason[];

/**
 * A time, why, and a line end: so writers at once need no lock, and the size is the count even on a full disk,
 * which has no room for bytes but allows a larger size.
 */
const BYTES_AN_EVENT = 25;
const MAX_BYTES = 1_000_000;

function lineOf(at: Date, reason: LossReason): string {
  return `${at.toISOString().slice(0, 19)}Z ${REASONS[reason].code}\n`;
}

/** Where the losses of a home are counted. */
export interface LossPlaces {
  readonly home: string;
  /** A file outside the home, for when nothing in it can be written; others may put one there. */
  readonly outside: string;
  /** Whose that file has to be; undefined where the system has no such numbers. */
  readonly user: number | undefined;
}

/** The first that can be written is taken. */
function filesOf({ home, outside }: LossPlaces): readonly [string, ...string[]] {
  return [`${home}/logs/lost-events`, `${home}/lost-events`, `${home}/spool/lost-events`, outside];
}

function addTo(fd: number, lines: string): void {
  try {
    if (fs.writeSync(fd, lines) === lines.length) return;
  } catch {
    // The size tells it, below.
  }
  const whole = Math.floor(fs.fstatSync(fd).size / BYTES_AN_EVENT);
  fs.ftruncateSync(fd, whole * BYTES_AN_EVENT + lines.length);
}

/** @throws the system's error, EPERM where the file outside the home is somebody else's */
function requireOwn(path: string, { outside, user }: LossPlaces, fd: number): void {
  if (path !== outside || user === undefined || fs.fstatSync(fd).uid === user) return;
  throw Object.assign(new Error(`EPERM: ${path}`), { code: "EPERM" });
}

/** @throws the system's error */
function append(path: string, places: LossPlaces, lines: string): void {
  const { O_WRONLY, O_APPEND, O_CREAT } = fs.constants;
  const fd =
    path === places.outside
      ? openGuarded(fs, path, O_WRONLY | O_APPEND | O_CREAT, "refused")
      : openToAppend(fs, path);
  try {
    requireOwn(path, places, fd);
    if (fs.fstatSync(fd).size < MAX_BYTES) addTo(fd, lines);
  } finally {
    fs.closeSync(fd);
  }
}

/**
 * Counts events that were lost. The database may be what can't be written, so it is a file.
 * @returns where; null where nothing can be written at all
 */
export function countLost(
  places: LossPlaces,
  at: Date,
  reason: LossReason,
  events = 1,
): string | null {
  const lines = lineOf(at, reason).repeat(events);
  for (const path of filesOf(places)) {
    try {
      if (path.endsWith("/logs/lost-events")) makeOwnFolder(fs, dirname(path));
      append(path, places, lines);
      return path;
    } catch {
      // The next one may do.
    }
  }
  return null;
}

/** What two places hold at most, which are one after they are brought together. */
const MAX_READ_BYTES = 2 * MAX_BYTES + 200 * BYTES_AN_EVENT;

/** The text of one place; empty where there is none, it can't be read or is somebody else's. */
function textIn(path: string, places: LossPlaces): string {
  let fd: number | null = null;
  try {
    fd = openGuarded(fs, path, fs.constants.O_RDONLY, "refused");
    requireOwn(path, places, fd);
    return new TextDecoder("latin1").decode(readFirst(fs, fd, MAX_READ_BYTES));
  } catch {
    return "";
  } finally {
    if (fd !== null) fs.closeSync(fd);
  }
}

function linesIn(path: string, places: LossPlaces): string[] {
  const text = textIn(path, places);
  const count = Math.floor(text.length / BYTES_AN_EVENT);
  return Array.from({ length: count }, (_, n) =>
    text.slice(n * BYTES_AN_EVENT, (n + 1) * BYTES_AN_EVENT),
  );
}

/** An earlier mm gave no reason, and a full disk keeps nothing but the size. */
function reasonIn(line: string): LossReason {
  const code = line.slice(21, 24);
  return (
    ALL.find((reason) => REASONS[reason].code === code) ??
    (line.startsWith("\0") ? "unwritable" : "failure")
  );
}

/** When the first of these was lost; on a full disk only the file knows. */
function sinceIn(path: string, lines: readonly string[]): number {
  const times = lines.map((line) => Date.parse(line.split(/[ \n]/u)[0] ?? ""));
  const known = times.filter((time) => !Number.isNaN(time));
  const isTold = !lines[0]?.startsWith("\0") && known.length > 0;
  return isTold ? known.reduce((a, b) => Math.min(a, b)) : fs.lstatSync(path).birthtimeMs;
}

export interface LostEvents {
  /** At most some 40,000 are counted in each file. */
  readonly count: number;
  /** When the first was lost, as an ISO time. */
  readonly since: string;
  /** How many for each reason that there was. */
  readonly reasons: Readonly<Partial<Record<LossReason, number>>>;
  /** The files that count them. */
  readonly files: readonly string[];
}

/** The events that hooks have lost, or null for none. */
export function lostEvents(places: LossPlaces): LostEvents | null {
  const found = filesOf(places)
    .map((path) => ({ path, lines: linesIn(path, places) }))
    .filter(({ lines }) => lines.length > 0);
  if (found.length === 0) return null;
  const reasons: Partial<Record<LossReason, number>> = {};
  for (const line of found.flatMap(({ lines }) => lines)) {
    const reason = reasonIn(line);
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  const since = Math.min(...found.map(({ path, lines }) => sinceIn(path, lines)));
  return {
    count: found.reduce((sum, { lines }) => sum + lines.length, 0),
    since: new Date(since).toISOString(),
    reasons,
    files: found.map(({ path }) => path),
  };
}

/** Whether the home could be written when they were lost, so that its log says more. */
export function areLogged({ files }: LostEvents): boolean {
  return files.some((file) => file.endsWith("/logs/lost-events"));
}

/** For each reason how often, like `2 × the spool was full`. */
export function lossesInWords({ reasons }: LostEvents): string[] {
  return ALL.flatMap((reason) => {
    const count = reasons[reason];
    return count === undefined ? [] : [`${count} × ${REASONS[reason].words}`];
  });
}

/**
 * Brings into the home what was counted outside it, once the home can be written again.
 * @returns how many events
 */
export function gatherLost(places: LossPlaces): number {
  const lines = linesIn(places.outside, places);
  const [own] = filesOf(places);
  try {
    makeOwnFolder(fs, dirname(own));
    const fd = openToAppend(fs, own);
    fs.closeSync(fd);
    // What can't be removed isn't ours, and would be counted again and again.
    fs.rmSync(places.outside);
    if (lines.length > 0) append(own, places, lines.join(""));
    return lines.length;
  } catch {
    return 0;
  }
}

const MAX_LOG_BYTES = 1_000_000;

function appendToLog(path: string, text: string): void {
  if ((fs.lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) {
    fs.renameSync(path, `${path}.1`);
  }
  appendGuarded(fs, path, text);
}

/**
 * Adds a line to the log of what went wrong in hooks, the only place where they speak of themselves; it is
 * in the home itself where its folder can't be written.
 * @throws the system's error where neither can be
 */
export function logHookProblem(home: string, at: Date, message: string): void {
  const text = `${at.toISOString()} ${message.replace(/\s+/gu, " ")}\n`;
  try {
    makeOwnFolder(fs, `${home}/logs`);
    appendToLog(`${home}/logs/hook.log`, text);
  } catch {
    appendToLog(`${home}/hook.log`, text);
  }
}
