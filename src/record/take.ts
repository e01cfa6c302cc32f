import { HOOKS } from "../agents/hooks.ts";
import { decodeHook } from "../agents/wire/decode.ts";
import { type HookEvent, isStart } from "../agents/wire/event.ts";
import { type Payload, parsePayload, salvagePayload } from "../agents/wire/payload.ts";
import type { Context, HookInput } from "../context.ts";
import { homeFolder } from "../settings/home.ts";
import { loadSettings } from "../settings/settings.ts";
import { escapeControls, toJson } from "../text/text.ts";
import { safeText } from "./content.ts";
import { keepRecord } from "./keep.ts";
import { type PayloadBytes, toRecord } from "./record.ts";

/** How long a call may take, in milliseconds; agents wait for it. */
const BUDGET_MS = { start: 1500, end: 800, other: 200 } as const;
/** What is left for the rest when the lock has been waited for in vain. */
const SPOOL_MS = 60;

type Needs = Pick<
  Context,
  | "env"
  | "now"
  | "startedAt"
  | "newId"
  | "elapsedMicros"
  | "warnings"
  | "readHookInput"
  | "agentProcesses"
  | "store"
>;

/** The events of all clients that begin or end a session, without their separators. */
const STARTS: readonly string[] = ["sessionstart", "sessioncreated", "taskstart", "taskresume"];
const ENDS: readonly string[] = [
  "sessionend",
  "sessiondeleted",
  "sessionshutdown",
  "dispose",
  "taskcomplete",
  "taskcancel",
];

function budgetOf(eventWord: string): number {
  const parts = eventWord.toLowerCase().split("-").join("").split("_").join("").split(".");
  const word = parts.join("");
  if (STARTS.includes(word)) return BUDGET_MS.start;
  return ENDS.includes(word) ? BUDGET_MS.end : BUDGET_MS.other;
}

interface Read {
  readonly event: HookEvent;
  readonly bytes: PayloadBytes;
}

function payloadOf({ head, tail, total, isWhole, ended }: HookInput): Payload {
  const payload = isWhole && ended ? parsePayload(head) : salvagePayload(head, tail);
  if (payload === null) throw new Error(`the payload of ${total} bytes is not a JSON object`);
  return payload;
}

/** @throws Error where the event is lost */
async function readEvent(
  ctx: Needs,
  client: string,
  eventWord: string,
  withinMs: number,
): Promise<Read | null> {
  const input = await ctx.readHookInput(withinMs);
  const { head, tail, total, isWhole, ended } = input;
  const isPart = !(isWhole && ended);
  const event = decodeHook(client, eventWord, payloadOf(input), ctx.env, isPart);
  if (!ended) {
    const late = `stdin did not end within ${withinMs} ms`;
    if (event === null) throw new Error(`${late}, and no session is named in its ${total} bytes`);
    ctx.warnings.push(`${client} ${eventWord}: ${late}; ${total} bytes were read`);
  }
  if (event === null && !isWhole) {
    throw new Error(`no session is named in what is read of its ${total} bytes`);
  }
  if (event === null) return null;
  const hash = `${total}-${Bun.hash(head).toString(36)}-${Bun.hash(tail).toString(36)}`;
  return { event, bytes: { hash, cutFrom: isWhole ? null : total } };
}

/** Lets later commands of the agent's own shell find this session, in the way that the agent documents. */
async function exportSessionId(
  ctx: Needs,
  event: HookEvent,
  sessionId: string | null,
): Promise<void> {
  const { envFileVariable } = HOOKS[event.client];
  if (envFileVariable === null || !isStart(event)) return;
  const path = ctx.env[envFileVariable];
  if (!path?.startsWith("/") || sessionId === null) return;
  const { appendLine } = await import("../files/append.ts");
  try {
    appendLine(path, `export MM_SESSION_ID=${sessionId}`);
  } catch {
    ctx.warnings.push(`${envFileVariable} could not be written`);
  }
}

/** The line by which the agent takes the text, or nothing where it takes none. */
function briefingFor({ client }: HookEvent, text: string): string {
  const { briefed } = HOOKS[client];
  return briefed === null ? "" : `${toJson(briefed(text))}\n`;
}

async function take(ctx: Needs, client: string, eventWord: string): Promise<string> {
  const budgetMs = budgetOf(eventWord);
  const read = await readEvent(ctx, client, eventWord, budgetMs / 2);
  if (read === null) return "";
  const leftMs = budgetMs - ctx.elapsedMicros() / 1000;
  const store = await ctx.store(Math.max(0, Math.round(leftMs - SPOOL_MS)));
  const warn = (message: string) => void ctx.warnings.push(message);
  const settings = await loadSettings(store.home, warn);
  const record = await toRecord(ctx, read.event, read.bytes, settings);
  const stored = await keepRecord(ctx, store, record, settings);
  await exportSessionId(ctx, read.event, stored.sessionId);
  if (settings.gc !== null && record.kind === "session-end" && stored.sessionId !== null) {
    const { collectDaily } = await import("../removal/daily.ts");
    await collectDaily(ctx, store, settings.gc, budgetMs);
  }
  return stored.context === "" ? "" : briefingFor(read.event, stored.context);
}

/** Its own troubles go to a log that nobody waits for; where not even that can be written, they are lost. */
async function logProblems(
  ctx: Needs,
  problems: readonly string[],
  isLost: boolean,
): Promise<void> {
  if (problems.length === 0) return;
  try {
    const home = homeFolder(ctx.env);
    // First, since a full disk takes a count, but no line of the log.
    if (isLost) (await import("../files/append.ts")).countLost(home, ctx.now(), 1);
    const { logHookProblem } = await import("../files/append.ts");
    for (const problem of new Set(problems)) {
      logHookProblem(home, ctx.now(), escapeControls(safeText(problem) ?? ""));
    }
  } catch {
    // There is no home to write to.
  }
}

/**
 * Takes in one hook call: reads the payload, decodes it, stores it. Nothing that goes wrong is told to the
 * caller, since an agent takes any output and any exit code for an answer.
 * @returns what the client is to get on stdout
 */
export async function takeHook(ctx: Needs, words: readonly string[]): Promise<string> {
  const [client, eventWord] = words;
  if (ctx.env["MM_DISABLE"] === "1" || client === undefined || eventWord === undefined) return "";
  let out = "";
  let isLost = false;
  try {
    out = await take(ctx, client, eventWord);
  } catch (error) {
    isLost = true;
    ctx.warnings.push(
      `${client} ${eventWord}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  await logProblems(ctx, ctx.warnings, isLost);
  return out;
}
