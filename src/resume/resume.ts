import { AGENTS, type AgentName } from "../agents/agents.ts";
import { shellLine } from "../agents/resume.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findOnPath } from "../files/paths.ts";
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
  const { words } = session;
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

function requireProgram(ctx: Needs, { agent, words }: Resumable, folder: string | null): void {
  const [program = ""] = words;
  if (findOnPath(ctx.env, program).length > 0) return;
  throw new UserError(
    "program_missing",
    `${program} isn't on PATH`,
    `with ${AGENTS[agent as AgentName].name} on PATH, type: ${shellLine(words, folder)}`,
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
async function chosen(ctx: Needs, words: readonly string[]): Promise<Resumable | number> {
  const sessions = await resumableSessions(ctx);
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

/** The line that resumes the session that is named, for a shell. */
export async function resumeLine(ctx: Needs, words: readonly string[]): Promise<string> {
  const session = await chosen(ctx, words);
  if (typeof session === "number") throw new UserError("declined", "nothing was picked");
  const place = await placeNow(ctx, session);
  if (place.kind === "gone") throw gone(session, place);
  if (place.kind === "moved") {
    ctx.warnings.push(`${place.from} is gone; its repository is at ${place.folder} now`);
  }
  return shellLine(session.words, place.kind === "unknown" ? null : place.folder);
}
