import type { AgentName } from "../../agents/agents.ts";
import {
  type HistoryPart,
  type HistorySession,
  type ModelCall,
  WEB_SEARCHES,
} from "../../agents/history/model.ts";
import { type PromptTitle, safePath, safeText, titleFromPrompt } from "../../record/content.ts";
import type { Capture } from "../../settings/settings.ts";
import { replacesTitle } from "../../store/sessions.ts";
import type { UsageRow } from "../../store/tables.ts";
import { nameOfLine, type Prepared, prepareEvent, safeModel } from "./content.ts";

/** A part of a session's transcript, ready to be stored. */
export interface PreparedPart {
  readonly events: readonly Prepared[];
  /** Rows of usage without their session. */
  readonly calls: readonly UsageRow[];
  /** By the names that earlier versions gave to calls, those that they have. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** The name of a call, whose end tells what it is. */
function nameOfCall(key: string): string {
  if (!key.endsWith(WEB_SEARCHES)) return nameOfLine(key);
  return `${nameOfLine(key.slice(0, -WEB_SEARCHES.length))}${WEB_SEARCHES}`;
}

function usageRow(agent: AgentName, call: ModelCall): UsageRow {
  return {
    client: agent,
    call_id: nameOfCall(call.key),
    session_id: "",
    at_ms: call.at,
    model: safeModel(call.model),
    input: call.input,
    cache_read: call.cacheRead,
    cache_write_5m: call.cacheWrite5m,
    cache_write_1h: call.cacheWrite1h,
    output: call.output,
    reasoning: call.reasoning,
    calls: call.count,
    is_fast: call.isFast ? 1 : 0,
    hidden: 0,
    cost_told: call.costTold,
  };
}

type Told = Pick<HistoryPart, "events" | "calls">;

/** Prepares a part of a session: redacted and cut, before any lock is taken. */
export function preparePart(agent: AgentName, part: Told, capture: Capture): PreparedPart {
  const renamed = new Map<string, string>();
  const calls = part.calls.map((call) => {
    const row = usageRow(agent, call);
    if (row.call_id !== call.key) renamed.set(call.key, row.call_id);
    return row;
  });
  const events = part.events.flatMap((event) => prepareEvent(agent, event, capture) ?? []);
  return { events, calls, renamed };
}

/** The title by a part's prompts, or the one that is known: no later prompt says more than one that says something. */
export function promptTitle(
  { events }: Told,
  capture: Capture,
  known: PromptTitle | null,
): PromptTitle | null {
  let title = known;
  for (const { kind, text } of events) {
    if (title?.from === "prompt") break;
    const found = kind === "prompt" ? titleFromPrompt(text, capture) : null;
    if (found !== null && replacesTitle(found.from, title?.from ?? null)) title = found;
  }
  return title;
}

/** What a transcript tells of a session, redacted. */
export function factsOf(session: HistorySession) {
  return {
    model: safeText(session.model),
    version: safeText(session.version),
    branch: safeText(session.branch),
    remote: safeText(session.remote),
    cwd: safePath(session.cwd),
    origin: safePath(session.origin),
    transcript: safePath(session.transcript),
  };
}
