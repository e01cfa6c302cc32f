import { fit } from "../cli/fit.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { LAST, missingSession, resolveSession, sessionToRead } from "../sessions/which.ts";
import { type Session, titleOf } from "../store/rows.ts";
import { hasOnlyPrompts } from "../text/paths.ts";
import type { Resumable } from "./resumable.ts";
import { sessionsWithPrompt, transcriptOf } from "./sql.ts";

/** The sessions that were meant: one, or several to choose from. Never none. */
export type Meant = readonly [Resumable, ...Resumable[]];

function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

/** So much of what was typed is repeated. */
const TYPED_CELLS = 60;

/** Whether each of the words is in the text, in any case. */
function hasWords(text: string, words: readonly string[]): boolean {
  const all = folded(text);
  return words.every((word) => all.includes(folded(word)));
}

/** Whether each of the words is in what a list shows of the session. */
export function isShownWith(session: Resumable, words: readonly string[]): boolean {
  const { agent, agentId, branch, projectName } = session;
  return hasWords(
    [titleOf(session), agent, agentId, projectName?.distinct, branch].join(" "),
    words,
  );
}

/**
 * Those with the words in their title or, if there are none, in the title and the prompts; if there are none either,
 * in their title, agent, project and branch.
 */
function matching(
  sessions: readonly Resumable[],
  words: readonly string[],
  withPrompt: (word: string) => ReadonlySet<string>,
): readonly Resumable[] {
  const titles = sessions.filter((session) => hasWords(titleOf(session) ?? "", words));
  if (titles.length > 0) return titles;
  const prompts = words.map((word) => ({ word, ids: withPrompt(word) }));
  const prompted = sessions.filter((session) =>
    prompts.every(
      ({ word, ids }) => ids.has(session.id) || hasWords(titleOf(session) ?? "", [word]),
    ),
  );
  return prompted.length > 0 ? prompted : sessions.filter((one) => isShownWith(one, words));
}

function notResumable({ id, agentId }: Session, transcript: string | null): UserError {
  const message = hasOnlyPrompts({ transcript })
    ? "only the prompts of this session are left: its agent has deleted the rest"
    : `mm knows no command by which ${agentId} resumes a session`;
  return new UserError("resume_unknown", message, `\`mm show ${id}\` shows what it did`);
}

type Needs = Pick<Context, "env" | "store">;

/** The session with this id, or null if the word is no id. */
async function byId(
  ctx: Needs,
  sessions: readonly Resumable[],
  word: string,
): Promise<Resumable | null> {
  const store = await ctx.store();
  const found = await store.read((view) => sessionToRead(view, ctx.env, word));
  if (found?.kind !== "found") return null;
  const { id } = found.session;
  const session = sessions.find((one) => one.id === id);
  if (session !== undefined) return session;
  throw notResumable(found.session, (await store.read(({ db }) => transcriptOf(db, id))) ?? null);
}

/** The session that was last active or, where no agent can resume that one, the last that one can. */
async function latest(ctx: Needs, sessions: readonly Resumable[]): Promise<Resumable> {
  const store = await ctx.store();
  const found = await store.read((view) => resolveSession(view, ctx.env, LAST));
  const id = found?.kind === "found" ? found.session.id : null;
  const session = sessions.find((one) => one.id === id) ?? sessions[0];
  if (session === undefined) throw missingSession(LAST);
  return session;
}

/**
 * The sessions that the words mean: an id or its beginning, `last` for the one that was last active, else words of
 * the title or the prompts, or of the project, the agent and the branch.
 * @throws UserError `session_not_found`, `session_ambiguous`, `no_session`, `resume_unknown`
 */
export async function meant(
  ctx: Needs,
  sessions: readonly Resumable[],
  words: readonly [string, ...string[]],
): Promise<Meant> {
  const [first, ...others] = words;
  if (others.length === 0) {
    if (first === "") throw missingSession(first);
    const one = await (first === LAST ? latest(ctx, sessions) : byId(ctx, sessions, first));
    if (one !== null) return [one];
  }
  const store = await ctx.store();
  const find = (words: readonly string[]) =>
    store.read(({ db }) => matching(sessions, words, (word) => sessionsWithPrompt(db, word)));
  const parts = words.flatMap((word) => word.split(/\s+/u)).filter((part) => part !== "");
  if (parts.length === 0) throw missingSession("");
  const [found, ...more] = (await find(parts)) ?? [];
  if (found !== undefined) return [found, ...more];
  const typed = fit(parts.join(" "), TYPED_CELLS);
  throw new UserError(
    "session_not_found",
    `no session to resume matches '${typed}'`,
    `\`mm search ${typed}\` looks through everything`,
  );
}
