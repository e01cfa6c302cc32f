import type { Digest } from "../digest/digest.ts";
import type { Machine } from "../machines/model.ts";
import type { StoredRecord, StoredRow, StoredValue } from "../store/stored-rows.ts";
import {
  type Column,
  type Columns,
  columnNames,
  MM_EVENTS,
  MM_SESSIONS,
  MM_USAGE,
  SESSION_EVENTS,
  SESSIONS,
} from "../store/tables.ts";
import { mayHoldSecret, redact } from "../text/redact.ts";
import { exactObject, redactJson } from "../text/redact-json.ts";
import { isObject } from "../text/text.ts";
import type { Usage } from "../usage/cost.ts";
import type { OutlineEvent, SessionOutline } from "./outline.ts";

/** The version of the lossless format. An import refuses higher ones. */
export const EXPORT_VERSION = 1;

/** How many sessions and events an export contains. */
export interface Totals {
  readonly sessions: number;
  readonly events: number;
}

/** A stored value as JSON; bytes become `{"base64":"…"}`. */
type JsonValue = unknown;

/** A session as the formats for people need it. */
export interface StoredSession extends StoredRecord {
  /** Null where nobody asked for machines. */
  readonly machine: Machine | null;
  /** Its events as far as an outline needs them. Reads the database. */
  outlineEvents(): Iterable<OutlineEvent>;
  /** What they come to. */
  outline(): SessionOutline;
  digest(): Digest;
  /** Its tokens and their cost, or null where none are known. Reads the database. */
  spent(): Usage | null;
  /** The time of its latest event with a valid time, in milliseconds since 1970. Reads the database. */
  lastEventMs(): number | null;
}

function plain(value: StoredValue): JsonValue {
  if (typeof value === "string") return redact(value);
  return value instanceof Uint8Array ? { base64: value.toBase64() } : value;
}

/** Metadata that `mm` wrote becomes an object. Any other stays text. */
function metadata(value: StoredValue): JsonValue {
  if (value === "{}") return {};
  const object = typeof value === "string" ? exactObject(value) : null;
  if (object === null) return plain(value);
  // Such a text has no escaped letters, so if the text shows no sign of a secret, no string in it does.
  return mayHoldSecret(String(value)) ? redactJson(object) : object;
}

/** Columns that no person or agent fills: ids, names and times. */
const FIXED: ReadonlySet<string> = new Set([
  "session_id",
  ...[SESSIONS, MM_SESSIONS, SESSION_EVENTS, MM_EVENTS, MM_USAGE].flatMap((columns: Columns) =>
    columnNames(columns).filter((name) => columns[name]?.isFixed === true),
  ),
]);

function exportedValue(name: string, value: StoredValue): JsonValue {
  if (value === null || typeof value === "number") return value;
  if (typeof value === "string" && FIXED.has(name)) return value;
  return name === "metadata" ? metadata(value) : plain(value);
}

function columns(row: StoredRow): Record<string, JsonValue> {
  const object: Record<string, JsonValue> = {};
  for (const name in row) object[name] = exportedValue(name, row[name] ?? null);
  return object;
}

/** A row as a JSON object, with secrets redacted, because other programs store rows unredacted. */
export function toExported({ row, own, usage = [] }: StoredRecord): Record<string, JsonValue> {
  const exported = { ...columns(row), mm: own === null ? null : columns(own) };
  return usage.length === 0 ? exported : { ...exported, usage: usage.map(columns) };
}

function stored(value: JsonValue): StoredValue {
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  const base64 = isObject(value) ? value["base64"] : undefined;
  if (typeof base64 === "string") return Uint8Array.fromBase64(base64);
  throw new TypeError(`a value can't be a ${Array.isArray(value) ? "list" : typeof value}`);
}

function storedMetadata(value: JsonValue): StoredValue {
  const isBytes =
    isObject(value) && typeof value["base64"] === "string" && Object.keys(value).length === 1;
  return isObject(value) && !isBytes ? JSON.stringify(value) : stored(value);
}

/** The value of a column that a file lacks, because the column is newer. */
function absent(name: string, { type }: Column): StoredValue {
  if (type.endsWith("DEFAULT 0")) return 0;
  if (type.endsWith("NOT NULL")) throw new TypeError(`"${name}" is missing`);
  return null;
}

/**
 * Reads the values of a table's columns from a JSON object and ignores its other keys.
 * @throws TypeError if a NOT NULL column is missing, or a value can't be stored
 */
export function fromExported(
  object: Readonly<Record<string, unknown>>,
  columns: Columns,
): StoredRow {
  const row: Record<string, StoredValue> = {};
  for (const [name, column] of Object.entries(columns)) {
    if (column.isLocal === true) continue;
    const value = object[name];
    if (value === null && column.type.includes("NOT NULL"))
      throw new TypeError(`"${name}" is null`);
    if (value === undefined) row[name] = absent(name, column);
    else row[name] = name === "metadata" ? storedMetadata(value) : stored(value);
  }
  return row;
}

function redactedRow(row: StoredRow): StoredRow {
  const copy: Record<string, StoredValue> = {};
  for (const name in row) {
    const value = row[name] ?? null;
    const isText = typeof value === "string" && !FIXED.has(name) && mayHoldSecret(value);
    const exported = isText ? exportedValue(name, value) : value;
    copy[name] =
      isText && name === "metadata" ? storedMetadata(exported) : (exported as StoredValue);
  }
  return copy;
}

/** The record with its secrets redacted, ready to be stored. */
export function redacted({ row, own, usage }: StoredRecord): StoredRecord {
  const record = { row: redactedRow(row), own: own === null ? null : redactedRow(own) };
  return usage === undefined ? record : { ...record, usage: usage.map(redactedRow) };
}
