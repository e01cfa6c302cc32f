import { withProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { type ImportFile, openImport } from "../files/import-file.ts";
import { collectEvery } from "../files/memory.ts";
import { Remover } from "../removal/slices.ts";
import type { Store, View } from "../store/store.ts";
import type { StoredRecord } from "../store/stored-rows.ts";
import { addEvent, addSession } from "../store/stored-rows.ts";
import { checkExport, exportLines, type Fill } from "./lines.ts";
import type { ExportLine } from "./parse.ts";
import { redacted, toExported } from "./record.ts";
import { holderOf, storedEvents, storedSessions } from "./sql.ts";

/** Lines that are read ahead, before the lock is taken. A transaction stores them and the rest of the last session. */
const LINES_A_TRANSACTION = 250;
const TRANSACTIONS_A_COLLECTION = 30;
/** The most text to read ahead; only the last event may exceed it. */
const CHARS_AHEAD = 1024 * 1024;

/** A session of the file that was not imported, and why. */
interface LeftAlone {
  readonly id: string;
  readonly reason: string;
}

export interface Imported {
  readonly sessions: number;
  readonly events: number;
  /** Sessions that were already stored, exactly as in the file. */
  readonly alreadyThere: number;
  readonly leftAlone: readonly LeftAlone[];
}

/** Reads lines ahead and redacts secrets in them. */
class Reader {
  readonly #lines: Iterator<ExportLine>;
  #ahead: ExportLine[] = [];
  #taken = 0;
  #isBeyond = false;

  constructor(lines: Iterable<ExportLine>) {
    this.#lines = lines[Symbol.iterator]();
  }

  /** Reads ahead and returns false at the end of the file. */
  readAhead(): boolean {
    this.#ahead = this.#ahead.slice(this.#taken);
    this.#taken = 0;
    this.#isBeyond = false;
    let chars = 0;
    while (this.#ahead.length < LINES_A_TRANSACTION && chars < CHARS_AHEAD) {
      const line = this.#read();
      if (line === null) break;
      this.#ahead.push(line);
      if (line.kind === "event") chars += String(line.record.row["content"]).length;
    }
    return this.#ahead.length > 0;
  }

  /** Whether all lines that were read ahead have been returned. */
  get isBeyond(): boolean {
    return this.#isBeyond || this.#taken >= this.#ahead.length;
  }

  next(): ExportLine | null {
    const line = this.#peek();
    this.#taken++;
    return line;
  }

  /** The events that come next. */
  *events(): Generator<StoredRecord> {
    for (let line = this.#peek(); line?.kind === "event"; line = this.#peek()) {
      this.#taken++;
      yield line.record;
    }
  }

  #peek(): ExportLine | null {
    if (this.#taken >= this.#ahead.length) {
      const line = this.#read();
      this.#ahead = line === null ? [] : [line];
      this.#taken = 0;
      this.#isBeyond = true;
    }
    return this.#ahead[this.#taken] ?? null;
  }

  #read(): ExportLine | null {
    const { done, value: line } = this.#lines.next();
    if (done === true) return null;
    return "record" in line ? { ...line, record: redacted(line.record) } : line;
  }
}

function isSame(a: StoredRecord, b: StoredRecord): boolean {
  return JSON.stringify(toExported(a)) === JSON.stringify(toExported(b));
}

/** Whether the stored session equals the file's, event by event. Reads all of its events. */
function isStoredAlike(view: View, stored: StoredRecord, record: StoredRecord, reader: Reader) {
  const events = storedEvents(view, stored.row["id"] ?? null);
  let alike = isSame(stored, record);
  for (const event of reader.events()) {
    const own = alike ? events.next() : null;
    alike = own !== null && own.done !== true && isSame(own.value, event);
  }
  return alike && events.next().done === true;
}

type SessionLine = Extract<ExportLine, { kind: "session" }>;

interface Counts {
  sessions: number;
  events: number;
  alreadyThere: number;
  readonly leftAlone: LeftAlone[];
}

function importSession(view: View, line: SessionLine, reader: Reader, counts: Counts): void {
  const { id, record } = line;
  const [stored] = storedSessions(view, { kind: "ids", ids: [id] });
  const holder = stored === undefined ? holderOf(view.db, record) : null;
  if (stored !== undefined) {
    if (isStoredAlike(view, stored, record, reader)) counts.alreadyThere++;
    else counts.leftAlone.push({ id, reason: "it is stored with other content" });
  } else if (holder !== null) {
    for (const _ of reader.events());
    counts.leftAlone.push({ id, reason: `the agent's session is stored as ${holder}` });
  } else {
    addSession(view.db, record);
    counts.sessions++;
    for (const event of reader.events()) {
      addEvent(view.db, id, event);
      counts.events++;
    }
  }
}

/**
 * Adds the sessions that aren't stored yet, each with all of its events or not at all. Never changes stored
 * ones. If it is killed, the next import continues where it stopped.
 */
async function importSessions(
  ctx: Pick<Context, "elapsedMicros" | "now">,
  store: Store,
  lines: Iterable<ExportLine>,
  turn: () => Promise<void>,
): Promise<Imported> {
  const reader = new Reader(lines);
  const counts: Counts = { sessions: 0, events: 0, alreadyThere: 0, leftAlone: [] };
  const collect = collectEvery(TRANSACTIONS_A_COLLECTION);
  // Events of a deletion that was cut short would otherwise look like the session's.
  await new Remover(ctx, store, { untilMicros: null, onEvents() {} }).purgeEvents();
  while (reader.readAhead()) {
    collect();
    await turn();
    await store.write((view) => {
      while (!reader.isBeyond) {
        const line = reader.next();
        if (line?.kind === "session") importSession(view, line, reader, counts);
      }
    });
  }
  return counts;
}

type Needs = Pick<
  Context,
  | "beforeSignalled"
  | "elapsedMicros"
  | "err"
  | "newId"
  | "now"
  | "stdinStream"
  | "store"
  | "terminal"
>;

/** Reads the file from the start, with a progress bar. */
async function reading<T>(
  ctx: Needs,
  label: string,
  source: ImportFile,
  work: (fill: Fill, turn: () => Promise<void>) => Promise<T>,
): Promise<T> {
  return await withProgress(ctx, label, false, async (progress) => {
    progress.begin(source.size);
    const fill = source.read();
    let bytes = 0;
    const counted = (buffer: Uint8Array) => {
      const added = fill(buffer);
      bytes += added;
      progress.show(bytes);
      return added;
    };
    return await work(counted, progress.turn);
  });
}

/**
 * Imports from a file, `-` for standard input.
 * @throws UserError `import_invalid` if the file can't be read or has any fault; then nothing was imported
 */
export async function importFile(ctx: Needs, path: string): Promise<Imported> {
  const isStdin = path === "-";
  const name = isStdin ? "standard input" : path;
  const store = await ctx.store();
  const source = isStdin
    ? await openImport({ stream: ctx.stdinStream(), folder: store.home, id: ctx.newId() })
    : await openImport({ path });
  try {
    // The first pass only looks for faults: with one, nothing may be imported.
    await reading(ctx, "Checking", source, (fill, turn) => checkExport(fill, name, turn));
    return await reading(ctx, "Importing", source, (fill, turn) =>
      importSessions(ctx, store, exportLines(fill, name), turn),
    );
  } finally {
    source.close();
  }
}
