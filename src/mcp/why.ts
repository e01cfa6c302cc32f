import type { Context } from "../context.ts";
import type { Workplace } from "../files/git.ts";
import { realFolder } from "../projects/folders.ts";
import { titleOf } from "../store/rows.ts";
import { counted } from "../text/text.ts";
import type { Author, LineAnswer } from "../why/answer.ts";
import type { Commit } from "../why/blame.ts";
import { type FileAnswer, type FileSession, whyFile } from "../why/file.ts";
import { whyLine } from "../why/line.ts";
import { type AskedFile, askedFile } from "../why/place.ts";
import { didText } from "../why/text.ts";
import { Budget, SHOW_BYTES } from "./budget.ts";
import { Declined } from "./explain.ts";
import { BAR, inQuotes, LEAD, minute, stored, word } from "./fence.ts";
import { localOf } from "./sql.ts";

const TITLE_CHARS = 100;
const PROMPT_CHARS = 1500;
const SAID_CHARS = 800;
/** Of each of several sessions. */
const SHORT_CHARS = 240;
const MOST_SESSIONS = 20;
/** The room for the last line. */
const RESERVE = 150;

/**
 * A file of the asker's own working tree: nothing else is opened, wherever a link leads.
 * @throws Declined, UserError `usage`
 */
function ownFile(ctx: Pick<Context, "cwd">, typed: string, here: Workplace | null): AskedFile {
  const root = here?.root ?? null;
  if (root === null)
    throw new Declined("no project here", "the file of a project, where you work in one");
  const top = realFolder(root);
  const isInside = (path: string) => path.startsWith(`${top}/`) && !path.startsWith(`${top}/.git/`);
  const asked = askedFile({ cwd: () => startOf(ctx, top) }, typed);
  if (isInside(asked.path) && isInside(realFolder(asked.path))) return asked;
  throw new Declined("that file is not in the working tree here", "name a file of this project");
}

/** Where a path counts from: the working directory, where that is in the working tree. */
function startOf({ cwd }: Pick<Context, "cwd">, top: string): string {
  try {
    const folder = realFolder(cwd());
    return folder.startsWith(`${top}/`) ? folder : top;
  } catch {
    // It has been deleted.
    return top;
  }
}

type Local = (ms: number) => string;

function sessionLine({ session, shortId, at, tool }: Author, local: Local): string {
  const title = inQuotes(titleOf(session) ?? "(no title)", TITLE_CHARS);
  const what = tool === null ? "" : `  ${inQuotes(tool, 40)}`;
  return `session ${word(shortId)}  ${minute(local(at))}  ${word(session.agentId)}  ${title}${what}`;
}

function saidLine(name: string, text: string | null, chars: number): string[] {
  return text === null ? [] : [`${BAR}${name}: ${stored(text, chars)}`];
}

function commitLine({ id, author, subject, writtenAt }: Commit, local: Local): string {
  const what = `${inQuotes(author, 60)}  ${inQuotes(subject, TITLE_CHARS)}`;
  return `commit ${id.slice(0, 10)}  ${minute(local(writtenAt))}  ${what}`;
}

function lineLines(answer: LineAnswer, local: Local): string[] {
  const { path, line, commit, isCommitted, certainty, reason, author } = answer;
  // What the line says is not repeated: the asker may not be allowed to read the file.
  const head = `${inQuotes(path, 300)} line ${line}: ${certainty}, ${reason}`;
  const made = commit === null ? [] : [commitLine(commit, local)];
  if (isCommitted === false) made.push("not committed yet");
  if (author === null) return [head, ...made];
  return [
    head,
    ...made,
    sessionLine(author, local),
    ...saidLine("prompt", author.prompt, PROMPT_CHARS),
    ...saidLine("answer", author.said, SAID_CHARS),
    `More of it: show_session {"id":${JSON.stringify(author.shortId)}}`,
  ];
}

function sessionLines(session: FileSession, local: Local): string[] {
  return [
    sessionLine({ ...session, at: session.lastAt, tool: null }, local),
    `${BAR}${didText(session.did)}`,
    ...saidLine("prompt", session.prompt, SHORT_CHARS),
  ];
}

function fileAnswer(answer: FileAnswer, budget: Budget, local: Local): void {
  const { path, sessions, hasMore, isThere } = answer;
  const missing = isThere ? "" : ", which isn't there";
  budget.takes([
    `${inQuotes(path, 300)}${missing}: ${counted(sessions.length, "session")}${hasMore ? " and more" : ""}`,
  ]);
  let shown = 0;
  for (const session of sessions) {
    if (!budget.takes(sessionLines(session, local), RESERVE)) break;
    shown++;
  }
  const left = sessions.length - shown;
  if (left > 0) budget.takes([`${left} more don't fit: bytes, or search_sessions with file`]);
}

/**
 * Whose prompt made a line, or which sessions touched a file, of the asker's own working tree.
 * @throws Declined, UserError `usage`
 */
export async function whyHere(
  ctx: Context,
  {
    file,
    bytes = SHOW_BYTES.usual,
  }: { readonly file: string; readonly bytes?: number | undefined },
  here: Workplace | null,
): Promise<string> {
  const { path, line } = ownFile(ctx, file, here);
  const budget = new Budget(bytes);
  budget.takes([LEAD]);
  const store = await ctx.store();
  const answer =
    line === null
      ? await whyFile(ctx, path, null, MOST_SESSIONS)
      : await whyLine(ctx, { path, line }, null);
  await store.read(({ db }) => {
    const local: Local = (ms) => localOf(db, ms);
    if ("sessions" in answer) fileAnswer(answer, budget, local);
    else for (const each of lineLines(answer, local)) budget.takes([each]);
  });
  return budget.text();
}
