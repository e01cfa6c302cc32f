import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";

/** Adds a line to somebody else's file, in one write. */
export function appendLine(path: string, line: string): void {
  appendFileSync(path, `${line}\n`);
}

const MAX_LOG_BYTES = 1_000_000;

/** Adds a line to the log of what went wrong in hooks, the only place where they speak of themselves. */
export function logHookProblem(home: string, at: Date, message: string): void {
  const folder = `${home}/logs`;
  const path = `${folder}/hook.log`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) {
    renameSync(path, `${path}.1`);
  }
  appendFileSync(path, `${at.toISOString()} ${message.replace(/\s+/gu, " ")}\n`, { mode: 0o600 });
}

/** An ISO time and a line end for each event, so that writers at once need no lock and the size is the count. */
const BYTES_AN_EVENT = 25;
const MAX_BYTES = 1_000_000;

const fileIn = (home: string) => `${home}/logs/lost-events`;

function add(fd: number, text: string): void {
  try {
    if (writeSync(fd, text) === text.length) return;
  } catch {
    // The size tells it, below.
  }
  // A full disk has no room for bytes, but for a larger size, which is the count.
  const whole = Math.floor(fstatSync(fd).size / BYTES_AN_EVENT);
  ftruncateSync(fd, whole * BYTES_AN_EVENT + text.length);
}

/**
 * Counts events that were lost. The database may be what can't be written, so it is a file; where that
 * can't be written either, the loss leaves no trace.
 */
export function countLost(home: string, at: Date, events: number): void {
  try {
    mkdirSync(`${home}/logs`, { recursive: true, mode: 0o700 });
    const fd = openSync(fileIn(home), "a", 0o600);
    try {
      if (fstatSync(fd).size < MAX_BYTES) add(fd, `${at.toISOString()}\n`.repeat(events));
    } finally {
      closeSync(fd);
    }
  } catch {
    // There is nobody to tell.
  }
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
    const path = fileIn(home);
    const text = readFileSync(path, "latin1");
    const count = Math.floor(text.length / BYTES_AN_EVENT);
    if (count === 0) return null;
    // The first loss makes the file; on a full disk it can't say when.
    const isTold = !text.startsWith("\0");
    const since = isTold
      ? text.slice(0, BYTES_AN_EVENT - 1)
      : statSync(path).birthtime.toISOString();
    return { count, since };
  } catch {
    return null;
  }
}
