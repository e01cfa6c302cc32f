import { readFileSync, statSync } from "node:fs";
import type { HistoryFiles, WantedLines } from "../agents/history/model.ts";
import { isPayload, type Payload } from "../agents/wire/payload.ts";
import { collectEvery, every } from "../files/memory.ts";
import { MAX_AHEAD_MS } from "../text/time.ts";
import { CallLines } from "./calls/call-lines.ts";
import { ZstdFile } from "./compressed/zstd.ts";
import { entries, type OtherFiles } from "./find.ts";
import { textWithout } from "./left-out.ts";
import { allLines, type FindLines, type LineBytes, linesOf, openLines } from "./lines.ts";

/** What an agent keeps as one JSON document is not longer. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;
const MAX_TEXT_BYTES = 1024 * 1024;
const BYTES_A_CHECK = 1024 * 1024;
const HEAD_BYTES = 256;
const BYTES_A_COLLECTION = 32 * 1024 * 1024;
/** After so long without a line end, the last line is complete. */
const AT_REST_MS = 3_600_000;
const CARRIAGE_RETURN = 13;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function objectOf(text: string): Payload | null {
  const value = parsed(text);
  return isPayload(value) ? value : null;
}

const NO_OTHERS: OtherFiles = { named: () => [], hasTranscript: () => false };

function opened(path: string, from: number): ReturnType<typeof openLines> {
  return path.endsWith(".zst") ? new ZstdFile(path) : openLines(path, from);
}

/** The text of a line without a byte order mark, which only a file's first line may have, and without its CR. */
function textOf({ buffer, start, end, before }: LineBytes): string {
  const last = end > start && buffer[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  const text = buffer.toString("utf8", start, last);
  return before === 0 && text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** What a line holds; null where that is no JSON object, and undefined where nobody wants it. */
function contentOfLine(
  line: LineBytes,
  { skips, leftOut }: WantedLines,
): Payload | null | undefined {
  const { buffer, start, end, isCut, isOpen } = line;
  if (isCut) return null;
  if (skips?.(buffer.toString("latin1", start, Math.min(end, start + HEAD_BYTES))) === true) {
    return undefined;
  }
  const short = leftOut === undefined ? null : textWithout(line, leftOut);
  const known = short === null ? null : objectOf(short);
  if (known !== null && leftOut?.isEnough?.(known) !== false) return known;
  const text = textOf(line);
  const value = text.trim() === "" ? undefined : objectOf(text);
  // An open line that can't be read is still being written.
  return value === null && isOpen ? undefined : value;
}

/** That a process has had its time; what is left is read the next time. */
export class OutOfTime extends Error {}

/** The disk, as a reader of transcripts sees it. */
export class TranscriptFiles implements HistoryFiles {
  readonly #now: number;
  readonly #others: OtherFiles;
  /** Lines that told nothing. */
  passedOver = 0;
  /** Bytes of the lines that were read. */
  bytes = 0;
  marked = 0;
  wantsEvents = true;
  wantsOutput = true;
  offset = 0;
  #remembered: object | null = null;
  /** Whether a line was handed out that has no end yet, and will be again. */
  #hasOpen = false;
  readonly #from: ReadonlyMap<string, number>;
  readonly #check: (bytes: number) => void;
  readonly #collect = collectEvery(BYTES_A_COLLECTION);
  readonly #next = new Map<string, number>();

  /**
   * @param others files of the same agent
   * @param from where to begin in files of which the beginning is known
   * @param check is called at every megabyte, to stop by an error
   */
  constructor(
    now: number,
    others: OtherFiles = NO_OTHERS,
    from: ReadonlyMap<string, number> = new Map(),
    check: () => void = () => undefined,
  ) {
    this.#now = now;
    this.#others = others;
    this.#from = from;
    this.#check = every(BYTES_A_CHECK, check);
  }

  /** What the next pass has to know, or null where it is to read everything again. */
  get remembered(): object | null {
    return this.#hasOpen ? null : this.#remembered;
  }

  /** Where the next pass is to begin in a file. */
  nextIn(path: string): number {
    return this.#next.get(path) ?? this.#from.get(path) ?? 0;
  }

  *lines(path: string, wanted: WantedLines = {}): Generator<Payload | null> {
    for (const lines of this.#read(path, wanted)) {
      for (const line of lines) {
        const value = this.#contentOf(line, wanted);
        if (value !== undefined) yield value;
      }
    }
  }

  *chunks(path: string, wanted: WantedLines = {}): Generator<readonly (Payload | null)[]> {
    for (const lines of this.#read(path, wanted)) {
      const values: (Payload | null)[] = [];
      for (const line of lines) {
        const value = this.#contentOf(line, wanted);
        if (value !== undefined) values.push(value);
      }
      yield values;
    }
  }

  /** The lines of a file, as many at once as the buffer holds. */
  *#read(path: string, wanted: WantedLines): Generator<readonly LineBytes[]> {
    const atRest = this.#now - this.modified(path) > AT_REST_MS;
    const from = this.#from.get(path) ?? 0;
    const file = opened(path, from);
    const lines = linesOf((buffer) => file.fill(buffer), this.#finder(wanted), from);
    try {
      let next = lines.next();
      for (; next.done !== true; next = lines.next()) {
        const [last] = next.value;
        // What may still be written to comes alone.
        if (last?.isOpen !== true || atRest) yield next.value;
      }
      this.#next.set(path, next.value);
    } finally {
      lines.return(0);
      file.close();
    }
  }

  #contentOf(line: LineBytes, wanted: WantedLines): Payload | null | undefined {
    this.bytes += line.bytes;
    this.#check(line.bytes);
    this.offset = line.before;
    const value = contentOfLine(line, wanted);
    if (value === undefined) return undefined;
    this.#collect(line.bytes);
    if (line.isOpen) this.#hasOpen = true;
    return value;
  }

  /** Finds the lines that may have something that is wanted. */
  #finder({ callWords, callName }: WantedLines): FindLines {
    if (this.wantsEvents || callWords === undefined) return allLines;
    const calls = new CallLines(callWords, callName);
    return (...held) => calls.in(...held);
  }

  json(path: string): Payload | null {
    const text = this.#whole(path, MAX_DOCUMENT_BYTES);
    return text === null ? null : objectOf(text);
  }

  list(path: string): readonly Payload[] | null {
    const text = this.#whole(path, MAX_DOCUMENT_BYTES);
    const value = text === null ? null : parsed(text);
    return Array.isArray(value) ? value.filter(isPayload) : null;
  }

  text(path: string): string | null {
    return this.#whole(path, MAX_TEXT_BYTES);
  }

  modified(path: string): number {
    return Math.trunc(statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? this.#now);
  }

  /** A clock that is behind makes no file younger. */
  latest(path: string): number {
    return Math.max(this.#now, this.modified(path)) + MAX_AHEAD_MS;
  }

  named(word: string): readonly string[] {
    return this.#others.named(word);
  }

  hasTranscript(id: string): boolean {
    return this.#others.hasTranscript(id);
  }

  within(folder: string): readonly string[] {
    return entries(folder)
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => `${folder}/${name}`)
      .sort();
  }

  passOver(): void {
    this.passedOver++;
  }

  mark(value: number): void {
    // What a wrong clock has dated would hide for years what comes.
    this.marked = Math.max(this.marked, Math.min(value, this.#now));
  }

  goOnAt(path: string, offset: number): void {
    this.#next.set(path, offset);
  }

  remember(state: object): void {
    this.#remembered = state;
  }

  #whole(path: string, limit: number): string | null {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size > limit) return null;
    this.bytes += found.size;
    return readFileSync(path, "utf8").replace(/^\uFEFF/u, "");
  }
}
