import { AGENTS, GENERIC } from "../agents/agents.ts";
import { HOOKS } from "../agents/hooks.ts";
import { type HookEvent, type HookKind, isStart, type StartSource } from "../agents/wire/event.ts";
import type { PayloadBytes } from "../agents/wire/receive.ts";
import type { Context } from "../context.ts";
import { codeOf } from "../errors.ts";
import type { Repository } from "../files/git.ts";
import { findRepository } from "../files/git.ts";
import type { Settings } from "../settings/settings.ts";
import type { AgentProcess } from "../store/rows.ts";
import { hasControls } from "../text/text.ts";
import { MAX_AHEAD_MS } from "../text/time.ts";
import type { PromptKind } from "../text/title.ts";
import { hookContent, safeId, safePath, safeText, titleFromPrompt } from "./content.ts";

/** A hook call as it is stored or spooled: redacted and cut. Times in milliseconds since 1970. */
export interface HookRecord {
  /** Names this call among all, so that a spooled one is drained once. */
  readonly id: string;
  readonly kind: HookKind;
  readonly source: StartSource | null;
  readonly reason: string | null;
  readonly at: number;
  /** Whether that is when the hook was called, and not what the agent told; what an older `mm` has spooled doesn't say. */
  readonly isUntimed?: boolean;
  readonly agent: string;
  readonly agentId: string;
  readonly externalId: string;
  readonly agentEvent: string;
  readonly agentVersion: string | null;
  readonly model: string | null;
  readonly cwd: string | null;
  readonly transcript: string | null;
  /** The agent's title of the session. */
  readonly title: string | null;
  /** The line of a prompt that is the title of a session without a better one. */
  readonly promptTitle: string | null;
  /** How much that prompt says; what an older `mm` has spooled doesn't tell. */
  readonly promptTitleFrom?: PromptKind | undefined;
  readonly event: {
    readonly type: string;
    readonly content: string;
    readonly metadata: Readonly<Record<string, unknown>>;
  };
  /** Two calls of one session with the same key are one. */
  readonly dedupKey: string;
  /** Only if their times are no further apart than this. */
  readonly dedupWithinMs: number;
  /** Only if nothing else of the session was stored between them. */
  readonly dedupInRow?: boolean;
  /** Whether it tells nothing right after an event of its own type, nor where nothing has happened yet. */
  readonly repeats?: boolean;
  /** Where the agent works; looked up for a start only. */
  readonly place: Repository | null;
  /** The agent's process; looked for at a start or a prompt only, null where nobody can tell. */
  readonly process: AgentProcess | null;
  /** Whether the end of a session without events proves that nothing ever happened in it. */
  readonly phantomAtEnd: boolean;
}

/** A second delivery without an id of its own comes within this time. */
const DOUBLE_WITHIN_MS = 2000;
const ANY_TIME_MS = 8.64e15;

function agentIdOf(agent: HookEvent["agent"]): string {
  return agent === GENERIC ? GENERIC : AGENTS[agent].agentId;
}

async function timeOf(ctx: Pick<Context, "now" | "startedAt">, { at }: HookEvent): Promise<number> {
  if (at !== null && at > 0 && at <= ctx.now().getTime() + MAX_AHEAD_MS) return at;
  return (await ctx.startedAt()).getTime();
}

/** Whether the end of a session without events proves that there was never a prompt. */
async function isPhantom(event: HookEvent, settings: Settings): Promise<boolean> {
  const { unusedWithout } = HOOKS[event.agent];
  if (event.kind !== "session-end" || unusedWithout === null) return false;
  if (!settings.prompts.includes(event.agent)) return false;
  if (unusedWithout === "prompt") return true;
  if (event.transcriptPath === null || hasControls(event.transcriptPath)) return false;
  try {
    return !(await Bun.file(event.transcriptPath).exists());
  } catch {
    // What can't be looked for proves nothing.
    return false;
  }
}

/** A prompt may be stored before its session's start, or without one. */
function tellsOrigin(event: HookEvent): boolean {
  return isStart(event) || event.kind === "prompt";
}

async function processOf(
  { env, agentProcesses }: Pick<Context, "env" | "agentProcesses">,
  event: HookEvent,
  parent: string | null,
): Promise<AgentProcess | null> {
  const known = HOOKS[event.agent].process;
  if (known === null || !tellsOrigin(event)) return null;
  const named = known.variable === null ? undefined : env[known.variable];
  return await agentProcesses.caller(named, parent, known);
}

/** What goes wrong in looking for the repository costs the repository, not the event. */
async function placeOf(event: HookEvent, warnings: string[]): Promise<Repository | null> {
  if (!tellsOrigin(event)) return null;
  if (event.cwd !== null && hasControls(event.cwd)) return null;
  try {
    const found = await findRepository(event.cwd);
    const { project, folder, root } = found;
    return { ...found, project: safePath(project), folder: safePath(folder), root: safePath(root) };
  } catch (error) {
    warnings.push(`the repository was not found: ${codeOf(error) || String(error)}`);
    return null;
  }
}

/** Prompts that are typed during a turn have the id of that turn; a second delivery has the same text, too. */
function dedupKey({ kind, useId, prompt }: HookEvent, { hash }: PayloadBytes): string {
  if (useId === null) return `${kind}:${hash}`;
  if (kind !== "prompt") return `${kind}:${safeId(useId)}`;
  return `prompt:${safeId(useId)}:${prompt === null ? hash : Bun.hash(prompt).toString(36)}`;
}

function contentOf(event: HookEvent, { cutFrom }: PayloadBytes, capture: Settings["capture"]) {
  const content = hookContent(event, capture);
  if (cutFrom === null) return content;
  return { ...content, metadata: { ...content.metadata, payload_size: cutFrom } };
}

/**
 * Everything of a call that is stored, redacted and cut.
 * @param parent the process that ran the hook, where this one may have lost it; a pid
 */
export async function toRecord(
  ctx: Pick<Context, "now" | "startedAt" | "newId" | "env" | "agentProcesses" | "warnings">,
  event: HookEvent,
  bytes: PayloadBytes,
  settings: Settings,
  parent: string | null,
): Promise<HookRecord> {
  const { capture } = settings;
  const promptTitle = titleFromPrompt(event.prompt, capture);
  const at = await timeOf(ctx, event);
  return {
    id: ctx.newId(),
    kind: event.kind,
    source: event.source,
    reason: safeText(event.reason),
    at,
    isUntimed: at !== event.at,
    agent: event.agent,
    agentId: agentIdOf(event.agent),
    externalId: event.externalId,
    agentEvent: event.agentEvent,
    agentVersion: safeText(event.agentVersion),
    model: safeText(event.model),
    cwd: safePath(event.cwd),
    transcript: safePath(event.transcriptPath),
    title: capture === "none" ? null : safeText(event.title),
    promptTitle: promptTitle?.text ?? null,
    promptTitleFrom: promptTitle?.from,
    event: contentOf(event, bytes, capture),
    dedupKey: dedupKey(event, bytes),
    // A subagent that goes on under its old id stops again.
    dedupWithinMs: event.useId === null || event.subagent !== null ? DOUBLE_WITHIN_MS : ANY_TIME_MS,
    // Bytes without a time may be those of the next turn's end; with one they are the same event's.
    dedupInRow: event.useId === null && event.at === null,
    repeats: event.repeats,
    place: await placeOf(event, ctx.warnings),
    process: await processOf(ctx, event, parent),
    phantomAtEnd: await isPhantom(event, settings),
  };
}
