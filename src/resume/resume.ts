import { AGENTS, type AgentName } from "../agents/agents.ts";
import { AGENTS_WITH_FIRST_PROMPT, agentNamed, firstPromptWords } from "../agents/first-prompt.ts";
import { shellLine } from "../agents/resume.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { handoff } from "../handoff/handoff.ts";
import { findOnPath } from "../settings/programs.ts";
import { escapeControls } from "../text/text.ts";
import { type Meant, meant } from "./choose.ts";
import { canPick, pick } from "./picker.ts";
import { type Place, placeOf } from "./place.ts";
import { type Resumable, resumableSessions } from "./resumable.ts";
import { called, choices } from "./text.ts";

type Needs = Pick<
  Context,
  | "agentProcesses"
  | "close"
  | "cwd"
  | "env"
  | "err"
  | "now"
  | "programRunner"
  | "screen"
  | "store"
  | "terminal"
  | "warnings"
>;

async function confirmed(ctx: Needs, question: string): Promise<void> {
  if (await ctx.terminal.confirm(`${question} [y/N] `)) return;
  throw new UserError("declined", "nothing was resumed");
}

function gone(session: Resumable, place: Place & { readonly from: string }): UserError {
  const words = session.typed ?? session.words;
  const message = `the session's folder is gone: ${place.from}`;
  const hint =
    place.kind === "moved"
      ? `its repository is at ${place.folder} now: ${shellLine(words, place.folder)}`
      : `go to where it is now, and type: ${shellLine(words, null)}`;
  return new UserError("folder_gone", message, hint);
}

async function placeNow(ctx: Needs, session: Resumable): Promise<Place> {
  const store = await ctx.store();
  return (await store.read(({ db }) => placeOf(db, session))) ?? { kind: "unknown" };
}

/** The folder to resume it in; null for the working directory. Asks if that isn't where the session ran. */
async function folderFor(ctx: Needs, session: Resumable): Promise<string | null> {
  const place = await placeNow(ctx, session);
  if (place.kind === "unknown") return null;
  if (place.kind === "gone") throw gone(session, place);
  if (place.kind === "moved") {
    if (!ctx.terminal.stdinIsTty()) throw gone(session, place);
    const [from, to] = [place.from, place.folder].map(escapeControls);
    await confirmed(ctx, `${from} is gone; its repository is at ${to} now. Resume there?`);
  }
  return place.folder;
}

/** Two programs that go on with one session overwrite each other's. */
async function askIfOpen(ctx: Needs, session: Resumable): Promise<void> {
  const isOpen = session.state !== "ended" && session.state !== "gone" && session.process !== null;
  if (!isOpen || !ctx.terminal.stdinIsTty()) return;
  await confirmed(
    ctx,
    `${called(session)} is open elsewhere (${session.state}). Resume it here too?`,
  );
}

function requireProgram(ctx: Needs, session: Resumable, folder: string | null): void {
  const { agent, words, typed = words } = session;
  const [program = ""] = words;
  if (findOnPath(ctx.env, program).length > 0) return;
  throw new UserError(
    "program_missing",
    `${program} isn't on PATH`,
    `with ${AGENTS[agent as AgentName].name} on PATH, type: ${shellLine(typed, folder)}`,
  );
}

/** Becomes the agent, and returns its exit code. */
async function becomeAgent(ctx: Needs, session: Resumable): Promise<number> {
  const folder = await folderFor(ctx, session);
  requireProgram(ctx, session, folder);
  await askIfOpen(ctx, session);
  const runner = await ctx.programRunner();
  try {
    // The store must not stay open while the agent runs, and the session around this command isn't the agent's.
    ctx.close();
    const { MM_SESSION_ID: _, ...env } = ctx.env;
    const there = folder === null ? env : { ...env, PWD: folder };
    return await runner.run(session.words, there, folder ?? undefined);
  } finally {
    runner.release();
  }
}

function tooMany(ctx: Needs, sessions: readonly Resumable[], message: string): UserError {
  const columns = ctx.terminal.stderrIsTty() ? ctx.terminal.columns() : undefined;
  ctx.err(`mm: ${message}\n${choices(sessions, columns)}`);
  return new UserError("usage", "name one of them: mm resume ID");
}

/** The session that was named or is picked; an exit code if none was. */
async function chosen(
  ctx: Needs,
  words: readonly string[],
  whose: "resumable" | "all" = "resumable",
): Promise<Resumable | number> {
  const sessions = await resumableSessions(ctx, whose);
  const [first, ...rest] = words;
  const found: readonly Resumable[] | Meant =
    first === undefined ? sessions : await meant(ctx, sessions, [first, ...rest]);
  const [one] = found;
  if (one === undefined) {
    throw new UserError(
      "no_session",
      "there is no session to resume yet",
      "`mm hooks status` shows which agents report theirs",
    );
  }
  if (first !== undefined && found.length === 1) return one;
  if (!canPick(ctx)) {
    const what =
      first === undefined
        ? "which session?"
        : `${found.length} sessions match '${words.join(" ")}'`;
    throw tooMany(ctx, found, what);
  }
  const left = await pick(ctx, found);
  if (left.kind === "left") return left.code;
  return found.find(({ id }) => id === left.id) ?? 0;
}

/** Resumes the session that is named or picked, and returns the agent's exit code. */
export async function resume(ctx: Needs, words: readonly string[]): Promise<number> {
  const session = await chosen(ctx, words);
  return typeof session === "number" ? session : await becomeAgent(ctx, session);
}

/** The line that starts what was chosen, for a shell. */
async function lineFor(ctx: Needs, session: Resumable): Promise<string> {
  const place = await placeNow(ctx, session);
  if (place.kind === "gone") throw gone(session, place);
  if (place.kind === "moved") {
    ctx.warnings.push(`${place.from} is gone; its repository is at ${place.folder} now`);
  }
  return shellLine(session.words, place.kind === "unknown" ? null : place.folder);
}

const NOT_PICKED = () => new UserError("declined", "nothing was picked");

/** The line that resumes the session that is named, for a shell. */
export async function resumeLine(ctx: Needs, words: readonly string[]): Promise<string> {
  const session = await chosen(ctx, words);
  if (typeof session === "number") throw NOT_PICKED();
  return await lineFor(ctx, session);
}

/** A session as another agent goes on with it, in a session of its own; null if that one takes no first prompt. */
async function handedOn(
  ctx: Needs,
  session: Resumable,
  agent: AgentName,
): Promise<{ readonly text: string; readonly next: Resumable | null }> {
  const { text } = await handoff(ctx, session.id);
  const words = firstPromptWords(agent, text);
  if (words === null) return { text, next: null };
  const typed = ["mm", "resume", session.shortId, "--with", agent];
  return { text, next: { ...session, agent, words, typed, state: "ended" } };
}

function otherAgent(word: string): AgentName {
  const agent = agentNamed(word);
  if (agent !== null) return agent;
  const known = AGENTS_WITH_FIRST_PROMPT.join(", ");
  throw new UserError("usage", `unknown agent '${word}'`, `one of ${known}`);
}

/** Starts another agent with what it needs to go on with the session, and returns its exit code. */
export async function resumeWith(
  ctx: Needs,
  words: readonly string[],
  typedAgent: string,
): Promise<number> {
  const agent = otherAgent(typedAgent);
  const session = await chosen(ctx, words, "all");
  if (typeof session === "number") return session;
  const { next } = await handedOn(ctx, session, agent);
  if (next !== null) return await becomeAgent(ctx, next);
  throw new UserError(
    "resume_unknown",
    `mm knows no command that gives ${agent} a first prompt`,
    `\`mm resume ${session.shortId} --with ${agent} --print\` prints it, to paste`,
  );
}

/** The line for a shell that starts another agent with the session, or the text alone where it takes none. */
export async function resumeWithLine(
  ctx: Needs,
  words: readonly string[],
  typedAgent: string,
): Promise<string> {
  const agent = otherAgent(typedAgent);
  const session = await chosen(ctx, words, "all");
  if (typeof session === "number") throw NOT_PICKED();
  const { text, next } = await handedOn(ctx, session, agent);
  return next === null ? text : await lineFor(ctx, next);
}
