import { storedMs, storedText, textOrNull } from "../../store/rows.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import { redact } from "../../text/redact.ts";
import { exactObject, redactJson } from "../../text/redact-json.ts";
import { isObject } from "../../text/text.ts";

/** A row of the server, as JSON, by its column names. */
export type ServerRow = Readonly<Record<string, unknown>>;

/** The server takes no text longer than this from us; a hook stores less. */
const MAX_CONTENT = 1_000_000;
/** PostgreSQL's times begin in 4713 BC, but a year needs four digits to be written without a sign. */
const FIRST_MS = Date.UTC(1000, 0);
const LAST_MS = Date.UTC(9999, 11, 31);

/** A text as PostgreSQL takes it: whole characters, without NUL. */
function clean(text: string): string {
  return text.toWellFormed().replaceAll("\0", "␀");
}

/** A secret of a known pattern is longer than this. */
const SHORT = 12;

/** Programs may use anything as a key, as for a table of tokens. */
function safeKey(key: string): string {
  return clean(key.length <= SHORT ? key : redact(key));
}

function cleanDeeply(value: unknown): unknown {
  if (typeof value === "string") return clean(value);
  if (Array.isArray(value)) return value.map(cleanDeeply);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [safeKey(key), cleanDeeply(member)]),
  );
}

function safeText(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : clean(redact(text));
}

/** An id or a name, which holds no secret. */
function fixedText(value: unknown): string | null {
  const text = textOrNull(value);
  return text === null ? null : clean(text);
}

/** Metadata as an object, whatever another program stored. */
function safeMetadata(value: unknown): Readonly<Record<string, unknown>> {
  const text = storedText(value);
  if (text === "" || text === "{}") return {};
  const object = exactObject(text) ?? parsed(text);
  if (object === null) return { _unreadable: clean(redact(text).slice(0, MAX_CONTENT)) };
  return cleanDeeply(redactJson(object)) as Readonly<Record<string, unknown>>;
}

/** JSON whose numbers or escapes are written in another way than ours. */
function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** A time as the server reads it whatever its zone is; null for none that it has. */
function serverTime(ms: number | null): string | null {
  if (ms === null || ms < FIRST_MS || ms > LAST_MS) return null;
  return new Date(ms).toISOString();
}

/** The month in which a session started, by which a server may split its events. */
export function bucketOf(startedMs: number | null): string {
  return `${(serverTime(startedMs) ?? "1970-01").slice(0, 7)}-01`;
}

/** What of `mm_sessions` travels beside the columns that the server has. Folders and their like stay here. */
const OWN = [
  "client_version",
  "title_from",
  "ended_by",
  "end_reason",
  "keeps_summary",
  "started",
  "history",
] as const;

/** The names that are read of a session. */
export const SESSION_COLUMNS = OWN;

function ownOf(row: StoredRow): ServerRow {
  const entries = OWN.map((name) => {
    const value = row[name] ?? null;
    return [name, typeof value === "number" ? value : safeText(value)] as const;
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== 0));
}

/** What a push may say of a session. */
export interface SessionRules {
  readonly sourceId: string;
  readonly project: string | null;
  /** Only what the list of sessions shows. */
  readonly isTitleOnly: boolean;
}

/** The server's row of a session, without its revision and print. */
function sessionRow(row: StoredRow, rules: SessionRules): ServerRow {
  const { sourceId, project, isTitleOnly } = rules;
  const metadata = safeMetadata(row["metadata"]);
  const title = metadata["title"];
  const started = storedMs(row["started_ms"]);
  return {
    source_id: sourceId,
    session_id: fixedText(row["id"]),
    bucket: bucketOf(started),
    agent_id: fixedText(row["agent_id"]) ?? "",
    client: safeText(row["client"]),
    external_id: fixedText(row["external_id"]),
    parent_id: fixedText(row["parent_id"]),
    project: project === null ? null : clean(redact(project)),
    branch: safeText(row["branch"]),
    model: safeText(row["model"]),
    title: typeof title === "string" ? title : null,
    summary: isTitleOnly ? null : safeText(row["summary"]),
    namespace: fixedText(row["namespace"]),
    started_at: serverTime(started),
    ended_at: serverTime(storedMs(row["ended_ms"])),
    last_event_at: serverTime(storedMs(row["last_event_ms"])),
    event_count: row["event_count"],
    // Of which there is none there, so that all go once they may.
    last_event: isTitleOnly ? 0 : (row["last_event"] ?? 0),
    metadata: isTitleOnly ? (typeof title === "string" ? { title } : {}) : metadata,
    own: ownOf(row),
  };
}

/** The server's row of an event. */
export function eventRow(row: StoredRow, sourceId: string, bucket: string): ServerRow {
  return {
    source_id: sourceId,
    session_id: fixedText(row["session_id"]),
    seq: row["id"],
    bucket,
    at: serverTime(storedMs(row["at_ms"])),
    type: safeKey(storedText(row["event_type"])),
    content: clean(redact(storedText(row["content"])).slice(0, MAX_CONTENT)),
    metadata: safeMetadata(row["metadata"]),
  };
}

/** The server's row of a model's call. */
function usageRow(row: StoredRow, sourceId: string): ServerRow {
  const { at_ms: at, ...columns } = row;
  return {
    ...columns,
    source_id: sourceId,
    session_id: fixedText(row["session_id"]),
    client: fixedText(row["client"]),
    call_id: fixedText(row["call_id"]),
    model: safeText(row["model"]),
    at: serverTime(storedMs(at)),
  };
}

/** What a session is compared by, and the rows of it and its calls. */
export interface Pieces {
  readonly session: ServerRow;
  readonly calls: readonly ServerRow[];
  /** Stands for the calls. */
  readonly usage: string;
  /** Stands for all that would be sent but the events, of which the session's row has the count. */
  readonly print: string;
}

export function piecesOf(
  row: StoredRow,
  callRows: readonly StoredRow[],
  rules: SessionRules,
): Pieces {
  const session = sessionRow(row, rules);
  const calls = callRows.map((call) => usageRow(call, rules.sourceId));
  const usage = printOf({ calls });
  return { session, calls, usage, print: printOf({ ...session, usage }) };
}

/** Stands for a row: rows that differ have different prints. */
function printOf(row: ServerRow): string {
  return new Bun.CryptoHasher("sha256").update(JSON.stringify(row)).digest("base64").slice(0, 22);
}
