import type { Context } from "../context.ts";
import { AGENTS, GENERIC } from "../domain/agents.ts";
import { contextText } from "../domain/context-text.ts";
import { hookContent, safeText, titleFromPrompt } from "../domain/hook-content.ts";
import type { HookEvent } from "../domain/hook-event.ts";
import { UserError } from "../errors.ts";
import { contextOutput } from "../hook/context-output.ts";
import { decodeHook } from "../hook/decoders.ts";
import { parsePayload, salvagePayload } from "../hook/payload.ts";
import { loadSettings, type Settings } from "../settings.ts";
import { takeSpooled } from "../store/hook-sessions.ts";
import type { Store } from "../store/store.ts";
import { type Applied, applyHook, type HookRecord } from "./apply-hook.ts";
import { findPlace } from "./place.ts";

/** A second delivery without an id of its own comes within this time. */
const DOUBLE_WITHIN_MS = 2000;
const ANY_TIME_MS = 8.64e15;
/** A client's clock may be ahead of ours by this much before it is distrusted. */
const MAX_AHEAD_MS = 300_000;

/** Failures of the database after which a call goes to the spool. */
const SPOOLED_AFTER: ReadonlySet<string> = new Set([
  "database_locked",
  "database_unwritable",
  "database_unusable",
  "database_newer",
]);

/** How long a call may take, in milliseconds; agents wait for it. */
const BUDGET_MS = { start: 1500, end: 800, other: 200 } as const;
/** What is left for the rest when the lock has been waited for in vain. */
const SPOOL_MS = 60;

type Needs = Pick<
  Context,
  "env" | "now" | "newId" | "elapsedMicros" | "warnings" | "readHookInput" | "store"
>;

function budgetOf(eventWord: string): number {
  const word = eventWord.toLowerCase().split("-").join("").split("_").join("");
  if (word === "sessionstart") return BUDGET_MS.start;
  return word === "sessionend" || word === "dispose" ? BUDGET_MS.end : BUDGET_MS.other;
}

async function readEvent(
  ctx: Needs,
  client: string,
  eventWord: string,
  budgetMs: number,
): Promise<{ event: HookEvent; payloadHash: string } | null> {
  const input = await ctx.readHookInput(budgetMs / 2);
  const payload = input.isWhole ? parsePayload(input.head) : salvagePayload(input.head, input.tail);
  if (payload === null) {
    ctx.warnings.push(
      `${client} ${eventWord}: the payload of ${input.total} bytes is not a JSON object`,
    );
    return null;
  }
  const event = decodeHook(client, eventWord, payload, ctx.env);
  if (event === null) return null;
  const payloadHash = `${input.total}-${Bun.hash(input.head).toString(36)}-${Bun.hash(input.tail).toString(36)}`;
  return { event, payloadHash };
}

function agentIdOf(client: HookEvent["client"]): string {
  return client === GENERIC ? GENERIC : AGENTS[client].agentId;
}

function timeOf(event: HookEvent, now: number): number {
  return event.at !== null && event.at > 0 && event.at <= now + MAX_AHEAD_MS ? event.at : now;
}

/** Clients whose transcript is missing at the end only if there was never a prompt. */
async function isPhantom(event: HookEvent, settings: Settings): Promise<boolean> {
  if (event.kind !== "session-end" || event.transcriptPath === null) return false;
  if (event.client !== "claude" && event.client !== "qwen") return false;
  if (!settings.prompts.includes(event.client)) return false;
  return !(await Bun.file(event.transcriptPath).exists());
}

/** Everything of a call that is stored, redacted and cut. `payloadHash` names its bytes. */
async function toRecord(
  ctx: Needs,
  event: HookEvent,
  payloadHash: string,
  settings: Settings,
): Promise<HookRecord> {
  const { capture } = settings;
  return {
    id: ctx.newId(),
    kind: event.kind,
    source: event.source,
    reason: safeText(event.reason),
    at: timeOf(event, ctx.now().getTime()),
    client: event.client,
    agentId: agentIdOf(event.client),
    externalId: event.externalId,
    clientEvent: event.clientEvent,
    clientVersion: safeText(event.clientVersion),
    model: safeText(event.model),
    cwd: safeText(event.cwd),
    transcript: safeText(event.transcriptPath),
    title: capture === "none" ? null : safeText(event.title),
    promptTitle: titleFromPrompt(event.prompt, capture),
    event: hookContent(event, capture),
    dedupKey: `${event.kind}:${event.useId ?? payloadHash}`,
    // A subagent that goes on under its old id stops again.
    dedupWithinMs: event.useId === null || event.subagent !== null ? DOUBLE_WITHIN_MS : ANY_TIME_MS,
    place: event.kind === "session-start" ? await findPlace(event.cwd) : null,
    phantomAtEnd: await isPhantom(event, settings),
  };
}

/** A spooled value is only ever what `toRecord` gave. */
function asRecord(value: unknown): HookRecord | null {
  const record = value as Partial<HookRecord> | null;
  return typeof record?.id === "string" &&
    typeof record.at === "number" &&
    record.event !== undefined
    ? (record as HookRecord)
    : null;
}

/** What a stored call gives back to its client and to the rest of its session. */
interface Stored extends Applied {
  /** What the session that starts is told, or nothing. */
  readonly context: string;
}

const NOT_STORED: Stored = { sessionId: null, created: false, context: "" };

/** Only a session that starts anew is told of others: a resumed or compacted one has been told. */
function wantsContext(record: HookRecord, settings: Settings): boolean {
  if (!settings.context || record.kind !== "session-start") return false;
  return record.source === "startup" || record.source === "clear" || record.source === null;
}

/** Stores the call and, with it, what the spool holds; each spooled call counts once however often this is tried. */
async function storeRecord(
  ctx: Needs,
  store: Store,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  const folder = `${store.home}/spool`;
  // A folder has a size, a missing one has none, and an empty spool is removed.
  const spool = Bun.file(folder).size > 0 ? await import("../store/spool.ts") : null;
  const told = wantsContext(record, settings) ? await import("./hook-context.ts") : null;
  const spooled = spool?.readSpooled(folder) ?? [];
  const stored = await store.write(({ db }): Stored => {
    const late = spooled.map(({ value }) => asRecord(value)).filter((value) => value !== null);
    for (const one of late.sort((a, b) => a.at - b.at)) {
      const options = { newId: ctx.newId(), ownMicros: null, stale: null };
      if (takeSpooled(db, one.id)) applyHook(db, one, options);
    }
    const options = { newId: ctx.newId(), ownMicros: ctx.elapsedMicros(), stale: settings.stale };
    const applied = applyHook(db, record, options);
    if (!applied.created || told === null || record.place === null)
      return { ...applied, context: "" };
    const parts = told.gatherContext(db, record.place, applied.sessionId ?? "");
    return { ...applied, context: contextText(parts) };
  });
  spool?.removeSpooled(
    folder,
    spooled.map(({ file }) => file),
  );
  return stored;
}

/** Stores the call in the database or, where that can't take it in time, in the spool. */
async function keepRecord(
  ctx: Needs,
  store: Store,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  try {
    return await storeRecord(ctx, store, record, settings);
  } catch (error) {
    if (!(error instanceof UserError && SPOOLED_AFTER.has(error.code))) throw error;
    const { spool } = await import("../store/spool.ts");
    if (!spool(`${store.home}/spool`, record.at, record.id, record)) {
      throw new UserError(
        "spool_full",
        `an event was dropped, the spool is full: ${error.message}`,
      );
    }
    ctx.warnings.push(`spooled: ${error.message}`);
    return NOT_STORED;
  }
}

/** Lets later commands of Claude's own shell find this session (its documented way to set variables). */
async function exportSessionId(
  ctx: Needs,
  event: HookEvent,
  sessionId: string | null,
): Promise<void> {
  const path = ctx.env["CLAUDE_ENV_FILE"];
  if (event.client !== "claude" || event.kind !== "session-start") return;
  if (!path?.startsWith("/") || sessionId === null) return;
  const { appendLine } = await import("../store/append-line.ts");
  appendLine(path, `export MM_SESSION_ID=${sessionId}`);
}

async function take(ctx: Needs, client: string, eventWord: string): Promise<string> {
  const budgetMs = budgetOf(eventWord);
  const read = await readEvent(ctx, client, eventWord, budgetMs);
  if (read === null) return "";
  const leftMs = budgetMs - ctx.elapsedMicros() / 1000;
  const store = await ctx.store(Math.max(0, Math.round(leftMs - SPOOL_MS)));
  const warn = (message: string) => void ctx.warnings.push(message);
  const settings = await loadSettings(store.home, warn);
  const record = await toRecord(ctx, read.event, read.payloadHash, settings);
  const stored = await keepRecord(ctx, store, record, settings);
  await exportSessionId(ctx, read.event, stored.sessionId);
  return stored.context === "" ? "" : contextOutput(read.event, stored.context);
}

/** Its own troubles go to a log that nobody waits for; where not even that can be written, they are lost. */
async function logProblems(ctx: Needs, problems: readonly string[]): Promise<void> {
  if (problems.length === 0) return;
  try {
    const { home } = await ctx.store();
    const { logHookProblem } = await import("../store/hook-log.ts");
    for (const problem of new Set(problems)) logHookProblem(home, ctx.now(), problem);
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
  try {
    out = await take(ctx, client, eventWord);
  } catch (error) {
    ctx.warnings.push(
      `${client} ${eventWord}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  await logProblems(ctx, ctx.warnings);
  return out;
}
