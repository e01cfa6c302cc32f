import { AGENT_NAMES, AGENTS } from "../agents/agents.ts";
import { projectName } from "../projects/folders.ts";
import type { StoredRecord, StoredRow } from "../store/stored-rows.ts";
import { parseJsonText } from "../text/json.ts";
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
    startedAt: textIn(row, "started_at") ?? "",
    endedAt: textIn(row, "ended_at"),
    endReason: textIn(own, "end_reason"),
    isStale: wasEndedAsStale(metadata),
    title: typeof title === "string" && title !== "" ? title : null,
    summary: textIn(row, "summary"),
  };
}

/** An event, with paths inside the session's working tree made relative. */
export function eventFacts({ row }: StoredRecord, { own }: StoredRecord): EventFacts {
  const content = textIn(row, "content") ?? "";
  const root = own?.["root"];
  const hasRoot = typeof root === "string" && root.length > 1;
  return {
    type: textIn(row, "event_type") ?? "",
    content: hasRoot ? content.replaceAll(`${root}/`, "") : content,
    createdAt: textIn(row, "created_at") ?? "",
  };
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

/** A stored time as `2026-11-22 12:03 UTC`. Returns an invalid time unchanged. */
export function utcMinute(stored: string): string {
  const ms = timeOf(stored);
  return ms === null ? stored : `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
