import { HOOKS } from "../agents/hooks.ts";
import { type HookEvent, isStart } from "../agents/wire/event.ts";
import { budgetOf, type HookWords, receiveHook } from "../agents/wire/receive.ts";
import type { Context } from "../context.ts";
import { codeOf, type LossReason, LostEvent, UserError } from "../errors.ts";
import { homeFolder } from "../settings/home.ts";
import { loadSettings, type Settings } from "../settings/settings.ts";
import { counted, escapeControls, toJson } from "../text/text.ts";
import { safeText } from "./content.ts";
import { toRecord } from "./record.ts";
import { storeOrSpool } from "./store-or-spool.ts";

/** What is left for the rest when the lock has been waited for in vain. */
const SPOOL_MS = 60;

type Needs = Pick<
  Context,
  | "env"
  | "now"
  | "startedAt"
  | "newId"
  | "elapsedMicros"
  | "lossPlaces"
  | "warnings"
  | "readHookInput"
  | "agentProcesses"
  | "later"
  | "store"
>;

/** Lets later commands of the agent's own shell find this session, in the way that the agent documents. */
async function exportSessionId(
  ctx: Needs,
  event: HookEvent,
  sessionId: string | null,
): Promise<void> {
  const { envFileVariable } = HOOKS[event.agent];
  if (envFileVariable === null || !isStart(event)) return;
  const path = ctx.env[envFileVariable];
  if (!path?.startsWith("/") || sessionId === null) return;
  const [fs, { appendGuarded }] = await Promise.all([
    import("node:fs"),
    import("../files/guard.ts"),
  ]);
  try {
    appendGuarded(fs, path, `export MM_SESSION_ID=${sessionId}\n`);
  } catch {
    ctx.warnings.push(`${envFileVariable} could not be written`);
  }
}

/** The line by which the agent takes the text, or nothing where it takes none. */
function briefingFor({ agent }: HookEvent, text: string): string {
  const { briefed } = HOOKS[agent];
  return briefed === null ? "" : `${toJson(briefed(text))}\n`;
}

/** Tells of what was lost while the home could not be written, now that it can. */
async function gatherLosses(ctx: Needs, home: string): Promise<void> {
  const places = ctx.lossPlaces(home);
  const { size } = Bun.file(places.outside);
  if (size === 0 || !Number.isFinite(size)) return;
  const { gatherLost } = await import("../files/troubles.ts");
  const count = gatherLost(places);
  if (count > 0) {
    ctx.warnings.push(
      `${counted(count, "event")} ${count === 1 ? "was" : "were"} lost while nothing could be written in ${home}`,
    );
  }
}

/** Where a transcript is read: it may get its last lines only after the session's end. */
function isAtAnEdge(kind: HookEvent["kind"]): boolean {
  return kind === "session-end" || kind === "session-start";
}

/** What runs once the agent has its answer: its transcript is read, and what is new is pushed. Null is nothing. */
function nextStep(
  { agent }: Pick<HookEvent, "agent">,
  kind: HookEvent["kind"],
  { history, prompts, sync }: Settings,
): readonly string[] | null {
  const pushes = sync["auto"] === "session-end" && kind === "session-end";
  if ((history ?? prompts.includes(agent)) && isAtAnEdge(kind)) {
    return ["backfill", agent, "--known", ...(pushes ? ["--push"] : [])];
  }
  return pushes ? ["sync", "push", "--quiet"] : null;
}

async function readAndRecord(ctx: Needs, words: HookWords): Promise<string> {
  const budgetMs = budgetOf(words);
  const received = await receiveHook(ctx, words, budgetMs / 2);
  if (received === null) return "";
  const { event, bytes } = received;
  const home = homeFolder(ctx.env);
  const settings = await loadSettings(home, (message) => void ctx.warnings.push(message));
  const record = await toRecord(ctx, event, bytes, settings, words.parent);
  const leftMs = () => budgetMs - ctx.elapsedMicros() / 1000 - SPOOL_MS;
  const open = () => ctx.store(Math.max(0, Math.round(leftMs())));
  const stored = await storeOrSpool(ctx, home, open, record, settings);
  await gatherLosses(ctx, home);
  await exportSessionId(ctx, event, stored.sessionId);
  if (settings.gc !== null && record.kind === "session-end" && stored.sessionId !== null) {
    const { collectDaily } = await import("../removal/daily.ts");
    await collectDaily(ctx, await open(), settings.gc, budgetMs);
  }
  const next = stored.sessionId === null ? null : nextStep(event, record.kind, settings);
  if (next !== null) ctx.later(next);
  return stored.context === "" ? "" : briefingFor(event, stored.context);
}

/** Why an event is lost by whatever went wrong. */
function lossBy(error: unknown): LossReason {
  if (error instanceof LostEvent) return error.reason;
  // What the system refuses has a code.
  return error instanceof UserError || codeOf(error) === "" ? "failure" : "unwritable";
}

/** Its own troubles go to a log that nobody waits for; where not even that can be written, they are lost. */
async function logProblems(
  ctx: Needs,
  problems: readonly string[],
  loss: LossReason | null,
): Promise<void> {
  if (problems.length === 0) return;
  try {
    const home = homeFolder(ctx.env);
    // First, since a full disk takes a count, but no line of the log.
    if (loss !== null) {
      const { countLost } = await import("../files/troubles.ts");
      countLost(ctx.lossPlaces(home), ctx.now(), loss);
    }
    const { logHookProblem } = await import("../files/troubles.ts");
    for (const problem of new Set(problems)) {
      logHookProblem(home, ctx.now(), escapeControls(safeText(problem) ?? ""));
    }
  } catch {
    // There is no home to write to.
  }
}

/** What people type who mean `mm hooks`; no agent is called so. */
const OF_HOOKS = ["install", "uninstall", "status", "print"];

/** Whether the words mean `mm hooks`. */
export function meansHooks([first = ""]: readonly string[]): boolean {
  return OF_HOOKS.includes(first);
}

/** Whether an agent calls, not a person who types. Only the command of an agent names its process. */
export function isHookCall(
  { terminal }: Pick<Context, "terminal">,
  words: readonly string[],
): boolean {
  return !meansHooks(words) && (words.length > 2 || !terminal.stdinIsTty());
}

/**
 * Records one hook call: reads the payload, decodes it, stores or spools it. Nothing that goes wrong is told to
 * the agent, which takes any output and any exit code for an answer.
 * @returns what the agent is to get on stdout
 */
export async function recordCall(ctx: Needs, words: readonly string[]): Promise<string> {
  const [agent = "", eventWord = "", parent = null] = words;
  // Whoever types an option wants to be told something, and has no event.
  const isQuestion = agent.startsWith("-") || eventWord.startsWith("-");
  if (ctx.env["MM_DISABLE"] === "1" || isQuestion) return "";
  let out = "";
  let loss: LossReason | null = null;
  try {
    out = await readAndRecord(ctx, { agent, eventWord, parent });
  } catch (error) {
    loss = lossBy(error);
    ctx.warnings.push(
      `${agent} ${eventWord}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  await logProblems(ctx, ctx.warnings, loss);
  return out;
}
