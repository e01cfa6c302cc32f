import { AGENT_NAMES, AGENTS } from "../agents/agents.ts";
import { digestLine, writtenSummary } from "../digest/digest.ts";
import { otherModel } from "../digest/model.ts";
import { projectName } from "../projects/folders.ts";
import { parseMetadata } from "../store/rows.ts";
import type { StoredRecord, StoredRow } from "../store/stored-rows.ts";
import { formatLength } from "../text/duration.ts";
import { parseJsonText } from "../text/json.ts";
import { shortPaths } from "../text/paths.ts";
import { redact } from "../text/redact.ts";
import { wasEndedAsStale } from "../text/summary.ts";
import { type StoredSession, toExported } from "./record.ts";

/** What people want to know about a session. Texts are redacted, but not yet escaped for a format. */
export interface SessionFacts {
  readonly id: string;
  /** The agent's name, else its id. */
  readonly agent: string;
  readonly model: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  /** The session that it was forked from. */
  readonly forkOf: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly endReason: string | null;
  /** Whether it was ended as stale, long after its last event. */
  readonly isStale: boolean;
  readonly title: string | null;
  readonly summary: string | null;
}

/** What people want to know about an event. */
export interface EventFacts {
  readonly type: string;
  readonly content: string;
  readonly createdAt: string;
  /** The tool of a call, which the content then doesn't repeat. */
  readonly tool: string | null;
  /** Why it failed. */
  readonly error: string | null;
  readonly durationMs: number | null;
  /** The model of an answer where it isn't the session's. */
  readonly model: string | null;
}

/** Local time: exports are read far from the machine, so the zone goes with it. */
export interface LocalTimes {
  /** `2026-11-22 13:03:04`, for milliseconds since 1970. */
  local(ms: number): string;
  /** `+01:00`, or `UTC`. */
  zone(ms: number): string;
}

function textIn(row: StoredRow | null, name: string): string | null {
  const value = row?.[name] ?? null;
  if (value === null) return null;
  const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
  return redact(text.toWellFormed()) || null;
}

function agentName(row: StoredRow, own: StoredRow | null): string {
  const agent = AGENT_NAMES.find((name) => name === own?.["client"]);
  return agent === undefined ? (textIn(row, "agent_id") ?? "") : AGENTS[agent].name;
}

function metadataIn(record: StoredRecord): { readonly [name: string]: unknown } {
  const metadata = toExported(record)["metadata"];
  const fields = typeof metadata === "string" ? parsed(metadata) : metadata;
  return (fields as { readonly [name: string]: unknown } | null) ?? {};
}

function parsed(text: string): unknown {
  try {
    return parseJsonText(text);
  } catch {
    return null;
  }
}

export function sessionFacts(record: StoredRecord): SessionFacts {
  const { row, own } = record;
  const metadata = metadataIn(record);
  const title = metadata["title"];
  return {
    id: textIn(row, "id") ?? "",
    agent: agentName(row, own),
    model: textIn(own, "model"),
    project: projectName(textIn(own, "project"), textIn(own, "folder"), textIn(own, "root")),
    branch: textIn(own, "branch"),
    forkOf: textIn(own, "parent_id"),
    startedAt: textIn(row, "started_at") ?? "",
    endedAt: textIn(row, "ended_at"),
    endReason: textIn(own, "end_reason"),
    isStale: wasEndedAsStale(metadata),
    title: typeof title === "string" && title !== "" ? title : null,
    summary: textIn(row, "summary"),
  };
}

const redacted = (value: unknown) => (typeof value === "string" ? redact(value) || null : null);

function rootOf({ own }: StoredRecord): string | null {
  const root = own?.["root"] ?? own?.["cwd"];
  return typeof root === "string" ? root : null;
}

/** A path or a text with paths, relative to the session's working tree. */
export function inTree(session: StoredRecord): (text: string) => string {
  const folders = { root: rootOf(session), home: undefined };
  return (text) => shortPaths(text, folders);
}

/** An event, with paths inside the session's working tree made relative. */
export function eventFacts({ row }: StoredRecord, session: StoredRecord): EventFacts {
  const content = inTree(session)(textIn(row, "content") ?? "");
  const metadata = parseMetadata(row["metadata"]);
  const tool = redacted(metadata["tool"]);
  const isNamed = tool !== null && (content === tool || content.startsWith(`${tool}: `));
  const duration = metadata["duration_ms"];
  return {
    type: textIn(row, "event_type") ?? "",
    content: isNamed ? content.slice(tool.length + 2) : content,
    createdAt: textIn(row, "created_at") ?? "",
    tool: isNamed ? tool : null,
    error: redacted(metadata["error"]),
    model: otherModel(redacted(metadata["model"]), textIn(session.own, "model")),
    durationMs: typeof duration === "number" && duration > 0 ? duration : null,
  };
}

/** What happened in a session in one line: a summary if somebody wrote one, else what its events come to. */
export function whatHappened(session: StoredSession, facts: SessionFacts): string {
  const line = digestLine(session.digest(), inTree(session), facts.title);
  return writtenSummary(facts.summary) ?? redact(line);
}

/** `41m (25m active)`, of a stale session until its last event; null if a time is missing. */
export function howLong(session: StoredSession, facts: SessionFacts): string | null {
  const from = timeOf(facts.startedAt);
  const until = workedUntil(session, facts);
  if (from === null || until === null || until < from) return null;
  const { activeMs } = session.outline();
  const isAllActive = activeMs === 0 || until - from - activeMs < 60_000;
  const active = isAllActive ? "" : ` (${formatLength(activeMs)} active)`;
  return `${formatLength(until - from)}${active}${facts.isStale ? ", silent after that" : ""}`;
}

/** `2026-11-22 13:00 to 13:41 +01:00, ended by Claude Code (logout)`. */
export function whenAndHow(session: StoredSession, facts: SessionFacts, clock: LocalTimes): string {
  const from = clockMinute(facts.startedAt, clock);
  const end = facts.endedAt === null ? null : clockMinute(facts.endedAt, clock);
  const zone = clock.zone(timeOf(facts.startedAt) ?? 0);
  const until = end?.slice(0, 10) === from.slice(0, 10) ? end.slice(11) : end;
  const times = [from, until && `to ${until}`, timeOf(facts.startedAt) !== null && zone];
  const by = session.own?.["ended_by"] === "client" ? `ended by ${facts.agent}` : "ended";
  const reason = facts.endReason === null ? "" : ` (${facts.endReason})`;
  const how = facts.endedAt === null ? "still active" : `${by}${reason}`;
  return `${times.filter(Boolean).join(" ")}, ${how}`;
}

/** When the work was over, in milliseconds since 1970: at its end or, if stale or active, its last sign of life. */
export function workedUntil(session: StoredSession, facts: SessionFacts): number | null {
  const ended = facts.endedAt === null || facts.isStale ? null : timeOf(facts.endedAt);
  if (ended !== null) return ended;
  const told = session.own?.["last_event_ms"];
  const signs = [session.lastEventMs(), typeof told === "number" ? told : null];
  const times = signs.filter((time) => time !== null);
  return times.length === 0 ? timeOf(facts.startedAt) : Math.max(...times);
}

/** A time without a time zone. */
const ENDS_WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/u;

/** A stored time in milliseconds since 1970, UTC unless it has a zone. Null if it is invalid. */
export function timeOf(stored: string): number | null {
  const ms = Date.parse(ENDS_WITHOUT_ZONE.test(stored) ? `${stored.replace(" ", "T")}Z` : stored);
  return Number.isNaN(ms) ? null : ms;
}

/** A stored time as a local `2026-11-22 13:03`. Returns an invalid time unchanged. */
export function clockMinute(stored: string, clock: LocalTimes): string {
  const ms = timeOf(stored);
  return ms === null ? stored : clock.local(ms).slice(0, 16);
}
