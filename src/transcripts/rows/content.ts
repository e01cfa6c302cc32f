import type { AgentName } from "../../agents/agents.ts";
import type { EventName, HistoryEvent } from "../../agents/history/model.ts";
import { hookEvent } from "../../agents/wire/build.ts";
import type { HookKind } from "../../agents/wire/event.ts";
import { hookContent, safeId, safeText, saidContent } from "../../record/content.ts";
import { CAPTURES, type Capture } from "../../settings/settings.ts";
import type { StoredEvent, ToldEvent } from "../../store/history/events.ts";

/** An event of a transcript, redacted and cut, with all by which a stored one may be known as the same. */
export interface Prepared {
  readonly told: ToldEvent;
  /** Names it within its session. */
  readonly identity: string;
  /** The keys under which a hook may have told it. */
  readonly keys: readonly string[];
  /** The contents with which a hook may have told it. */
  contents(): readonly string[];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Ids of tools and of models' answers, in which no secret can be; other clouds that serve a model add their names. */
const KNOWN_ID =
  /^(?:(?:toolu|msg)_(?:bdrk_|vrtx_)?|call_|resp_)[A-Za-z0-9]{8,64}(?::(?:req_(?:bdrk_|vrtx_)?[A-Za-z0-9]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))?$/u;

/** To look for a secret takes far longer than to see that there can be none. */
const isPlain = (id: string) => UUID.test(id) || KNOWN_ID.test(id);

/** Longer than any agent's. */
const MAX_ID = 512;

/** An id, or its hash if it looks like a secret, or wouldn't be read as it was stored. */
export function nameOfLine(id: string): string {
  if (isPlain(id)) return id;
  const isStorable = id.length <= MAX_ID && id.isWellFormed();
  return isStorable ? safeId(id) : `#${Bun.hash(id).toString(36)}`;
}

/** Few models are called, and often. */
const models = new Map<string, string | null>();

export function safeModel(model: string | null): string | null {
  if (model === null) return null;
  const known = models.get(model) ?? safeText(model);
  models.set(model, known);
  return known;
}

/** The name of a told event within its session, which is that of its tool or subagent where a hook may tell it too. */
export function toldIdentity({ kind, id, useId }: EventName): string {
  const isKeyed = useId !== null && kind !== "prompt";
  return isKeyed ? `${kind}:${nameOfLine(useId)}` : nameOfLine(id);
}

/** The name of a stored event within its session. */
export function identityOf({ line, dedupKey }: Pick<StoredEvent, "line" | "dedupKey">): string {
  if (line !== null) return line;
  return dedupKey.replace(/^tool-(?:call|error):/u, "tool:");
}

function keysOf({ kind, text, tool }: HistoryEvent, id: string | null): string[] {
  if (id === null) return [];
  if (kind === "prompt") return [`prompt:${id}:${Bun.hash(text ?? "").toString(36)}`];
  if (kind !== "tool") return [`${kind}:${id}`];
  const [own, other] = tool?.ok === false ? ["error", "call"] : ["call", "error"];
  return [`tool-${own}:${id}`, `tool-${other}:${id}`];
}

function hookKind({ kind, tool }: HistoryEvent): HookKind {
  if (kind === "tool") return tool?.ok === false ? "tool-error" : "tool-call";
  return kind as HookKind;
}

/** What is stored of an event that a hook may tell too: the same as of the hook's. */
function asHooked(agent: AgentName, event: HistoryEvent, capture: Capture) {
  const { kind, at, text, tool, useId } = event;
  const plainId = useId !== null && isPlain(useId) ? useId : null;
  const isSubagent = kind === "subagent-start" || kind === "subagent-stop";
  const stored = hookContent(
    hookEvent(agent, { kind: hookKind(event), name: kind }, "", {
      at,
      useId: plainId === null ? useId : null,
      tool,
      prompt: kind === "prompt" ? text : null,
      subagent: isSubagent ? text : null,
      message: kind === "compact" ? text : null,
    }),
    capture,
  );
  // A transcript is no hook.
  const named = plainId !== null && tool !== null ? { tool_use_id: plainId } : {};
  const metadata = { ...stored.metadata, event: undefined, ...named };
  return { type: stored.type, content: stored.content, metadata };
}

function contentOf(agent: AgentName, event: HistoryEvent, capture: Capture) {
  const { kind, text, model } = event;
  if (kind !== "answer" && kind !== "error") return asHooked(agent, event, capture);
  const said = saidContent(text ?? "", capture);
  if (kind === "error") return { type: "error", content: said ?? "", metadata: {} };
  const metadata = model === null ? {} : { model: safeModel(model) };
  return said === null ? null : { type: "assistant", content: said, metadata };
}

function contentsOf(agent: AgentName, event: HistoryEvent): readonly string[] {
  // Hooks tell of one compaction in several ways.
  if (event.kind === "compact") return [""];
  if (event.kind === "answer" || event.kind === "error") return [];
  // Half a character isn't stored as it is told.
  const told = CAPTURES.map((each) => asHooked(agent, event, each).content.toWellFormed());
  return [...new Set(told)];
}

/** Prepares an event of a transcript; null where nothing of it is to be stored. */
export function prepareEvent(
  agent: AgentName,
  event: HistoryEvent,
  capture: Capture,
): Prepared | null {
  const stored = contentOf(agent, event, capture);
  if (stored === null) return null;
  const id = event.useId === null ? null : nameOfLine(event.useId);
  const keys = keysOf(event, id);
  const identity = toldIdentity(event);
  const dedupKey = keys[0] ?? `line:${identity}`;
  const line = id === null || event.kind === "prompt" ? identity : null;
  return {
    told: { ...stored, at: event.at, dedupKey, line },
    identity,
    keys,
    contents: () => contentsOf(agent, event),
  };
}
