import { storedMs, storedText } from "../../store/rows.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import { fixedText, type Safe, safeFor, safeMetadata, sentText } from "./safe.ts";

/** A row of the server, as JSON, by its column names. */
export type ServerRow = Readonly<Record<string, unknown>>;

/** PostgreSQL's times begin in 4713 BC, but a year needs four digits to be written without a sign. */
const FIRST_MS = Date.UTC(1000, 0);
const LAST_MS = Date.UTC(9999, 11, 31);

/** Whether PostgreSQL has this time; null is none. */
export function isServerTime(ms: number | null): ms is number {
  return ms !== null && ms >= FIRST_MS && ms <= LAST_MS;
}

/** A time as the server reads it whatever its zone is; null for none that it has. */
function serverTime(ms: number | null): string | null {
  return isServerTime(ms) ? new Date(ms).toISOString() : null;
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

function ownOf(row: StoredRow, safe: Safe): ServerRow {
  const entries = OWN.map((name) => {
    const value = row[name] ?? null;
    return [name, typeof value === "number" ? value : sentText(value, safe)] as const;
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

/** The columns of a session that may hold a secret. */
const TEXTS = ["metadata", "client", "branch", "model", "summary", ...OWN] as const;

/** The server's row of a session, without its revision and print. */
function sessionRow(row: StoredRow, rules: SessionRules): ServerRow {
  const { sourceId, project, isTitleOnly } = rules;
  const texts = [project, ...TEXTS.map((name) => row[name])];
  const safe = safeFor(texts.map(storedText).join("\n"));
  const metadata = safeMetadata(row["metadata"], safe);
  const title = metadata["title"];
  const started = storedMs(row["started_ms"]);
  return {
    source_id: sourceId,
    session_id: fixedText(row["id"]),
    bucket: bucketOf(started),
    agent_id: fixedText(row["agent_id"]) ?? "",
    client: sentText(row["client"], safe),
    external_id: fixedText(row["external_id"]),
    parent_id: fixedText(row["parent_id"]),
    project: sentText(project, safe),
    branch: sentText(row["branch"], safe),
    model: sentText(row["model"], safe),
    title: typeof title === "string" ? title : null,
    summary: isTitleOnly ? null : sentText(row["summary"], safe),
    namespace: fixedText(row["namespace"]),
    started_at: serverTime(started),
    ended_at: serverTime(storedMs(row["ended_ms"])),
    last_event_at: serverTime(storedMs(row["last_event_ms"])),
    event_count: row["event_count"],
    // Of which there is none there, so that all go once they may.
    last_event: isTitleOnly ? 0 : (row["last_event"] ?? 0),
    metadata: isTitleOnly ? (typeof title === "string" ? { title } : {}) : metadata,
    own: ownOf(row, safe),
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
    model: sentText(row["model"], safeFor(storedText(row["model"]))),
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
  const usage = calls.length === 0 ? NO_CALLS : printOf({ calls });
  return { session, calls, usage, print: printOf({ ...session, usage }) };
}

/** Stands for a row: rows that differ have different prints. */
function printOf(row: ServerRow): string {
  return Bun.CryptoHasher.hash("sha256", JSON.stringify(row), "base64").slice(0, 22);
}

/** Stands for the calls of a session that has none. */
export const NO_CALLS = printOf({ calls: [] });

/** Stands for events. @param look what they are told apart by */
export function eventsPrint(bucket: string, look: string): string {
  return printOf({ bucket, look }).slice(0, 11);
}
