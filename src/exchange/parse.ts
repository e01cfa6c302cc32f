import type { StoredRecord, StoredRow } from "../store/stored-rows.ts";
import {
  type Columns,
  MM_EVENTS,
  MM_SESSIONS,
  MM_USAGE,
  SESSION_EVENTS,
  SESSIONS,
} from "../store/tables.ts";
import { depthOf, MAX_JSON_DEPTH } from "../text/json.ts";
import { isObject } from "../text/text.ts";
import type { Totals } from "./record.ts";
import { EXPORT_VERSION, fromExported } from "./record.ts";

/** One line of the lossless format. */
export type ExportLine =
  | { readonly kind: "header" }
  | { readonly kind: "session"; readonly id: string; readonly record: StoredRecord }
  | { readonly kind: "event"; readonly sessionId: string; readonly record: StoredRecord }
  | { readonly kind: "end"; readonly totals: Totals };

type Json = Readonly<Record<string, unknown>>;

function recordOf(object: Json, columns: Columns, own: Columns): StoredRecord {
  const beside = object["mm"] ?? null;
  if (beside !== null && !isObject(beside)) throw new TypeError('"mm" is not an object');
  const row = fromExported(object, columns);
  return { row, own: beside === null ? null : fromExported(beside, own) };
}

/** The calls of models of a session, which older files don't have. */
function usageOf(object: Json): StoredRow[] {
  const calls = object["usage"] ?? [];
  if (!Array.isArray(calls) || !calls.every(isObject)) {
    throw new TypeError('"usage" is not a list of objects');
  }
  return calls.map((call) => fromExported(call, MM_USAGE));
}

function textOf(object: Json, name: string): string {
  const value = object[name];
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`"${name}" is not text`);
}

function countOf(object: Json, name: string): number {
  const value = object[name];
  if (typeof value === "number") return value;
  throw new TypeError(`"${name}" is not a number`);
}

/** A line wraps its metadata once. */
const MAX_DEPTH = MAX_JSON_DEPTH + 1;

/** The file is of a format that this `mm` doesn't know yet. */
export class NewerFormat extends TypeError {}

function headerOf(object: Json): ExportLine {
  const version = countOf(object, "version");
  if (version > EXPORT_VERSION) {
    throw new NewerFormat(
      `it was exported by a newer mm (format ${version}, this mm knows ${EXPORT_VERSION})`,
    );
  }
  return { kind: "header" };
}

/** Parses one line. @throws TypeError whose message says what is wrong with it */
export function parseLine(text: string): ExportLine {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch {
    throw new TypeError("not valid JSON");
  }
  if (!isObject(object)) throw new TypeError("not a JSON object");
  const depth = text.length > 2 * MAX_DEPTH ? depthOf(object) : 0;
  if (depth > MAX_DEPTH) {
    throw new TypeError(`it is nested ${depth} levels deep, and at most ${MAX_DEPTH} are read`);
  }
  switch (object["kind"]) {
    case "mm-export":
      return headerOf(object);
    case "session": {
      const record = { ...recordOf(object, SESSIONS, MM_SESSIONS), usage: usageOf(object) };
      return { kind: "session", id: textOf(object, "id"), record };
    }
    case "event": {
      const record = recordOf(object, SESSION_EVENTS, MM_EVENTS);
      return { kind: "event", sessionId: textOf(object, "session_id"), record };
    }
    case "end": {
      const totals = { sessions: countOf(object, "sessions"), events: countOf(object, "events") };
      return { kind: "end", totals };
    }
    default:
      throw new TypeError("not a line of an export");
  }
}

/** Checks that the lines of an export are in the right order and that none is missing. */
export class ExportOrder {
  readonly #ids = new Set<string>();
  #sessionId: string | null = null;
  #events = 0;
  #lines = 0;
  #isEnded = false;

  /** @throws TypeError whose message says what is wrong with the line */
  check(line: ExportLine): void {
    const isFirst = this.#lines++ === 0;
    if (this.#isEnded) throw new TypeError("a line follows the end of the export");
    if (isFirst !== (line.kind === "header")) {
      throw new TypeError(isFirst ? "not the header of an export" : "a second header");
    }
    if (line.kind === "session") this.#checkSession(line.id);
    if (line.kind === "event") this.#checkEvent(line.sessionId);
    if (line.kind === "end") this.#checkEnd(line.totals);
  }

  /** Whether the export has ended properly. */
  get isWhole(): boolean {
    return this.#isEnded;
  }

  #checkSession(id: string): void {
    if (this.#ids.has(id)) throw new TypeError(`session ${id} appears twice`);
    this.#ids.add(id);
    this.#sessionId = id;
  }

  #checkEvent(sessionId: string): void {
    if (sessionId !== this.#sessionId) {
      throw new TypeError(`an event of session ${sessionId} doesn't follow its session`);
    }
    this.#events++;
  }

  #checkEnd({ sessions, events }: Totals): void {
    if (sessions !== this.#ids.size || events !== this.#events) {
      throw new TypeError(
        `lines are missing: the file has ${this.#ids.size} of ${sessions} sessions and ${this.#events} of ${events} events`,
      );
    }
    this.#isEnded = true;
  }
}
