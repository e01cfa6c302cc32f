import { MAX_AHEAD_MS } from "../../text/time.ts";
import { number, type Payload, time } from "../wire/payload.ts";
import type {
  HistoryEvent,
  HistoryFiles,
  HistoryPart,
  HistorySession,
  ModelCall,
  ToldTotals,
  WantedLines,
} from "./model.ts";

/** So many events are handed on at once. */
const PART_EVENTS = 600;

/** No session has used more tokens or dollars; sums of what is below stay exact. */
const MOST_TOKENS = 1e12;
const MOST_DOLLARS = 1e6;

/** A value that is a count of tokens; anything but a whole number that can be one counts as 0. */
export function asCount(value: unknown): number {
  return Number.isSafeInteger(value) && isWithin(value as number, MOST_TOKENS)
    ? (value as number)
    : 0;
}

/** A count of tokens. */
export function tokenCount(payload: Payload | null, ...keys: readonly string[]): number {
  for (const key of keys) {
    const value = payload?.[key];
    if (value !== undefined) return asCount(value);
  }
  return 0;
}

function isWithin(value: number, most: number): boolean {
  return value >= 0 && value <= most;
}

/** A value that is what something cost, in US dollars, or null. */
export function asDollars(value: unknown): number | null {
  return typeof value === "number" && isWithin(value, MOST_DOLLARS) ? value : null;
}

/** What the agent says that something cost, in US dollars; null where it says nothing that can be. */
export function dollars(payload: Payload | null, ...keys: readonly string[]): number | null {
  return asDollars(number(payload, ...keys));
}

/** A call of which nothing is known but what is given. */
export function modelCall(known: Pick<ModelCall, "key" | "at"> & Partial<ModelCall>): ModelCall {
  return {
    model: null,
    input: 0,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output: 0,
    reasoning: 0,
    costTold: null,
    isFast: false,
    count: 1,
    ...known,
  };
}

/** Tokens of an agent whose input contains what was read from the cache and written to it. */
export function overlapping(input: number, read: number, written = 0) {
  return { input: Math.max(0, input - read - written), cacheRead: read, cacheWrite5m: written };
}

/** The times of a file's lines: one that lacks a time, or has a bad one, has that of the line before. */
export class Clock {
  #last: number;
  readonly #latest: number;

  /** @param modified when the file was, in milliseconds since 1970: nothing in it can be much later */
  constructor(modified: number, first = modified) {
    this.#latest = modified;
    this.#last = first;
  }

  get last(): number {
    return this.#last;
  }

  at(line: Payload, key = "timestamp"): number {
    const told = time(line, key);
    if (told !== null) this.#last = told > this.#latest + MAX_AHEAD_MS ? this.#latest : told;
    return this.#last;
  }
}

/** What a draft asks of the disk. */
type DraftFiles = Pick<HistoryFiles, "wantsEvents" | "wantsOutput" | "modified" | "latest">;

type Facts = { -readonly [Key in keyof HistorySession]: HistorySession[Key] };

/** A session while its transcript is read. */
export class Draft {
  readonly facts: Facts;
  #events: HistoryEvent[] = [];
  readonly #calls = new Map<string, ModelCall>();
  readonly #files: DraftFiles;
  #latest: number | null = null;
  /** The last time that can be. */
  #last: number | null = null;

  constructor(files: DraftFiles, transcript: string, externalId = "") {
    this.#files = files;
    this.facts = {
      externalId,
      parent: null,
      cwd: null,
      origin: null,
      branch: null,
      remote: null,
      version: null,
      model: null,
      title: null,
      transcript,
      endedAt: null,
      totals: null,
      copied: [],
    };
  }

  /** Sets facts that aren't known yet. */
  first(facts: Partial<HistorySession>): void {
    for (const name in facts) {
      const key = name as keyof Facts;
      const value = facts[key];
      if (value !== null && (this.facts[key] === null || this.facts[key] === "")) {
        Object.assign(this.facts, { [key]: value });
      }
    }
  }

  /** Sets facts of which the last one counts. */
  last(facts: Partial<HistorySession>): void {
    for (const name in facts) {
      const key = name as keyof Facts;
      const value = facts[key];
      if (value !== null && value !== this.facts[key]) Object.assign(this.facts, { [key]: value });
    }
  }

  set totals(totals: ToldTotals | null) {
    this.facts.totals = totals;
  }

  event(known: Pick<HistoryEvent, "kind" | "at" | "id"> & Partial<HistoryEvent>): void {
    if (!this.#files.wantsEvents) return;
    const { kind, id, useId = null, text = null, model = null, tool: used = null } = known;
    // What tools returned is most of a transcript.
    const tool = used === null || this.#files.wantsOutput ? used : { ...used, output: null };
    this.#events.push({ kind, at: this.#moment(known.at), id, useId, text, tool, model });
  }

  /** When something happened; where nothing can have happened then, the time before. */
  #moment(told: number): number {
    const { transcript } = this.facts;
    this.#latest ??= this.#files.latest(transcript);
    const at = time({ at: told }, "at");
    if (at !== null && at <= this.#latest) this.#last = at;
    this.#last ??= this.#files.modified(transcript);
    return this.#last;
  }

  /** Adds a call; of a call that is told more than once, the fullest line counts. */
  call(known: ModelCall): void {
    const before = this.#calls.get(known.key);
    const isFuller =
      before === undefined ||
      known.output > before.output ||
      (known.output === before.output && known.count > before.count);
    if (!isFuller) return;
    const at = this.#moment(known.at);
    this.#calls.set(known.key, at === known.at ? known : { ...known, at });
  }

  /** Forgets what belongs to another session. */
  drop(): void {
    const copied = this.#events.map(({ kind, id, useId }) => ({ kind, id, useId }));
    if (copied.length > 0) this.facts.copied = [...this.facts.copied, ...copied];
    this.#events = [];
    this.#calls.clear();
  }

  get isFull(): boolean {
    return this.#events.length + this.#calls.size >= PART_EVENTS;
  }

  /** Hands on what has gathered. */
  part(): HistoryPart {
    const events = this.#events;
    const calls = [...this.#calls.values()];
    this.#events = [];
    this.#calls.clear();
    return { session: { ...this.facts }, events, calls };
  }
}

/** The last component of a path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The folder of a path. */
export function parentFolder(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** As `objects`, but many at once where only calls are wanted: to hand them out one by one takes longer than to read them. */
export function* manyObjects(
  files: HistoryFiles,
  path: string,
  wanted?: WantedLines,
): Generator<readonly Payload[]> {
  if (files.wantsEvents) {
    for (const line of objects(files, path, wanted)) yield [line];
    return;
  }
  for (const lines of files.chunks(path, wanted)) {
    for (const line of lines) if (line === null) files.passOver();
    yield lines.filter((line) => line !== null);
  }
}

/** The lines of a file that are JSON objects; the others are counted. */
export function* objects(
  files: HistoryFiles,
  path: string,
  wanted?: WantedLines,
): Generator<Payload> {
  for (const line of files.lines(path, wanted)) {
    if (line === null) files.passOver();
    else yield line;
  }
}
