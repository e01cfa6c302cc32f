import { shortAgent } from "../agents/short-name.ts";
import { fold } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { commandFromHome } from "../text/paths.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { Author, LineAnswer } from "./answer.ts";
import type { Commit } from "./blame.ts";
import type { CommitAnswer } from "./commit.ts";
import type { FileAnswer, FileSession } from "./file.ts";

/** How to print an answer. */
export interface Page {
  readonly style: Style;
  readonly columns: number;
  readonly now: Date;
  /** The folder of the user, which paths leave out. */
  readonly home: string | undefined;
}

const MIN_CELLS = 20;
const MAX_CELLS = 100;
const NAME_CELLS = 9;

/** A fact behind its name, folded below itself. */
function fact(name: string, text: string | null, { columns, style }: Page): string[] {
  if (text === null || text === "") return [];
  const width = Math.max(MIN_CELLS, Math.min(columns, MAX_CELLS) - NAME_CELLS);
  const line = escapeControls(text).replaceAll(/\s+/gu, " ").trim();
  return fold(line, width).map(
    (part, index) => style.dim((index === 0 ? name : "").padEnd(NAME_CELLS)) + part,
  );
}

const ago = (ms: number, { now }: Page) => `${formatAge(now.getTime() - ms)} ago`;

function commitLine(commit: Commit, page: Page): string {
  const { id, subject, author, writtenAt } = commit;
  return `${id.slice(0, 10)} ${subject} (${author}, ${ago(writtenAt, page)})`;
}

function who({ session, shortId, at, tool }: Author, page: Page): string {
  const { model, agentId } = session;
  const parts = [shortAgent(agentId), model, tool, ago(at, page)];
  return [`${shortId} `, parts.filter((part) => part !== null && part !== "").join(" · ")].join(
    " ",
  );
}

function authorFacts(author: Author, page: Page): string[] {
  const { session, prompt, said, resumeCommand } = author;
  const title = titleOf(session);
  return [
    ...fact("Session", who(author, page), page),
    ...fact("Title", title === prompt ? null : title, page),
    ...fact("Prompt", prompt, page),
    ...fact("Said", said, page),
    ...fact("Resume", resumeCommand && commandFromHome(resumeCommand, page.home), page),
  ];
}

const CERTAINTY = { certain: "certain", likely: "likely", nobody: "nobody", unknown: "unknown" };

export function lineText(answer: LineAnswer, page: Page): string {
  const { path, line, text, commit, isCommitted, certainty, reason, author } = answer;
  const { style } = page;
  const head = style.bold(escapeControls(`${path}:${line}`));
  const shown = text === null ? "" : `  ${escapeControls(text.trim())}`;
  const what = isCommitted === false ? "not committed yet" : null;
  const lines = [
    `${head}${shown}`,
    ...fact("Answer", `${CERTAINTY[certainty]}: ${reason}`, page),
    ...fact("Commit", commit === null ? what : commitLine(commit, page), page),
    ...(author === null ? [] : authorFacts(author, page)),
  ];
  return `${lines.join("\n")}\n`;
}

/** `once`, `3 times` */
const times = (count: number) => (count === 1 ? "once" : `${count} times`);

/** What a session did with a file, in words. */
export function didText({ changed, read, other, failed }: FileSession["did"]): string {
  const parts = [
    changed > 0 && `changed it ${times(changed)}`,
    read > 0 && `read it ${times(read)}`,
    other > 0 && `used it ${times(other)}`,
    failed > 0 && `failed ${times(failed)}`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}

export function fileText(answer: FileAnswer, page: Page): string {
  const { path, earlierNames, sessions, hasMore, withoutGit, isThere } = answer;
  const names = earlierNames.length === 0 ? "" : `  (before: ${earlierNames.join(", ")})`;
  const head = page.style.bold(escapeControls(path)) + escapeControls(names);
  const missing = sessions.length > 0 ? "the file isn't there any more" : "there is no such file";
  const notes = [
    ...fact("Note", isThere ? null : missing, page),
    ...fact("Note", withoutGit && `${withoutGit}, so earlier names aren't known`, page),
  ];
  const parts = sessions.map((session) => [
    "",
    ...authorFacts({ ...session, at: session.lastAt, tool: null }, page),
    ...fact("Did", didText(session.did), page),
  ]);
  const more = hasMore ? " · more: --limit" : "";
  const foot =
    sessions.length === 0
      ? "No recorded session touched it."
      : `${counted(sessions.length, "session")}${more}`;
  return `${[head, ...notes, ...parts.flat(), "", foot].join("\n")}\n`;
}

export function commitText(answer: CommitAnswer, page: Page): string {
  const { commit, sessions, lines, unknown } = answer;
  const parts = sessions.map((session) => [
    "",
    ...authorFacts(session, page),
    ...fact("Lines", String(session.lines), page),
  ]);
  const verb = lines === 1 ? "is" : "are";
  const foot = `${lines - unknown} of ${counted(lines, "added line")} ${verb} in recorded sessions`;
  const head = page.style.bold(escapeControls(commitLine(commit, page)));
  return `${[head, ...parts.flat(), "", foot].join("\n")}\n`;
}
