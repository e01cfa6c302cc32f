import type { Context, ProgramRunner } from "../context.ts";
import { UserError } from "../errors.ts";
import { endSession, manualEnding } from "../store/ends.ts";
import { countEvents } from "../store/events.ts";
import { findSession, isActive } from "../store/rows.ts";
import { BY_HAND, createSession, mergeMetadata } from "../store/sessions.ts";
import { redact } from "../text/redact.ts";
import { wordForPosix } from "../text/shell-words.ts";
import { firstChars } from "../text/text.ts";
import { toTimestamp } from "../text/time.ts";
import { workplaceOf } from "./start/create.ts";

export interface WrapInput {
  readonly agentId: string;
  readonly namespace: string;
  readonly title: string | null;
  readonly command: readonly string[];
}

const TITLE_CHARS = 60;
const SUMMARY_CHARS = 100;

type Needs = Pick<
  Context,
  "env" | "cwd" | "now" | "newId" | "store" | "close" | "warnings" | "programRunner"
>;

/** Runs `work` and only warns if it fails, because the command must run anyway. */
async function orWarn<T>(ctx: Needs, what: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const { message } = error instanceof UserError ? error : new Error(String(error));
    ctx.warnings.push(`${what}: ${message}`);
    return null;
  }
}

/** The command as somebody would type it. */
function titleOfCommand(words: readonly string[]): string {
  const line = redact(words.map(wordForPosix).join(" "));
  return `Headless: ${firstChars(line, TITLE_CHARS)}`;
}

async function start(ctx: Needs, input: WrapInput): Promise<string> {
  const id = ctx.newId();
  const title = input.title === null ? titleOfCommand(input.command) : redact(input.title);
  const { agentId, namespace } = input;
  const workplace = await workplaceOf(ctx);
  const store = await ctx.store();
  await store.write(({ db }) => {
    const startedAt = toTimestamp(ctx.now());
    createSession(db, { ...BY_HAND, ...workplace, id, agentId, startedAt, title, namespace });
  });
  return id;
}

async function end(ctx: Needs, id: string, typed: string, exitCode: number): Promise<void> {
  const store = await ctx.store();
  await store.write(({ db }) => {
    const session = findSession(db, id);
    if (session === null) return;
    if (!isActive(session)) {
      mergeMetadata(db, id, { exit_code: exitCode });
      return;
    }
    const eventCount = countEvents(db, id);
    const summary = `Command: ${firstChars(typed, SUMMARY_CHARS)}. Exit code: ${exitCode}`;
    const metadata = { event_count: eventCount, exit_code: exitCode, summary_provenance: "manual" };
    endSession(db, id, manualEnding(ctx.now(), summary, metadata));
  });
}

async function run(ctx: Needs, input: WrapInput, runner: ProgramRunner): Promise<number> {
  const typed = redact(input.command.join(" "));
  const id = await orWarn(ctx, "the session could not be started", () => start(ctx, input));
  // The store must not stay open or locked while the command runs.
  ctx.close();
  const env = id === null ? ctx.env : { ...ctx.env, MM_SESSION_ID: id };
  const exitCode = await runner.run(input.command, env);
  if (id !== null) {
    await orWarn(ctx, "the session could not be ended", () => end(ctx, id, typed, exitCode));
  }
  return exitCode;
}

/**
 * Runs a command inside a session of its own, without touching the state file, and returns the command's
 * exit code. No signal can leave the session active, even right before the start or after the end.
 */
export async function wrapCommand(ctx: Needs, input: WrapInput): Promise<number> {
  const runner = await ctx.programRunner();
  try {
    return await run(ctx, input, runner);
  } finally {
    runner.release();
  }
}
