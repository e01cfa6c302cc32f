import type { Env } from "../../settings/environment.ts";
import { nameOf } from "../history/draft.ts";
import type { HistoryFiles } from "../history/model.ts";
import { id, type Payload, text } from "../wire/payload.ts";
import { codexFolder } from "./paths.ts";
import { codexThreads } from "./sql.ts";

const STATE = /^state_(\d+)\.sqlite$/u;
const INDEX = "session_index.jsonl";

/** The database of threads; each version of its tables has a file of its own. */
function newestState(folder: string, files: HistoryFiles): string | null {
  const version = (path: string) => Number(STATE.exec(nameOf(path))?.[1] ?? -1);
  const states = files.within(folder).filter((path) => version(path) >= 0);
  return states.toSorted((a, b) => version(b) - version(a))[0] ?? null;
}

function threadsIn(path: string): readonly Payload[] {
  try {
    return codexThreads(path);
  } catch {
    // It is locked, or isn't Codex'; titles may come the next time.
    return [];
  }
}

/** The name that a person gave, or the title that isn't just the first prompt. */
function titleOf(thread: Payload): string | null {
  const title = text(thread, "title");
  const first = text(thread, "first_user_message");
  const isPrompt = title !== null && first?.startsWith(title.replace(/(?:…|\.{3})$/u, "")) === true;
  return text(thread, "name") ?? (isPrompt ? null : title);
}

/** The titles of threads: in Codex' database and, in some versions, in a list to which each new name is added. */
export function codexTitles(env: Env, files: HistoryFiles): Map<string, string> {
  const folder = codexFolder(env);
  const titles = new Map<string, string>();
  if (folder === null) return titles;
  const state = newestState(env.CODEX_SQLITE_HOME || folder, files);
  const named = files.within(folder).filter((path) => nameOf(path) === INDEX);
  const told = [
    ...(state === null ? [] : threadsIn(state)).map(
      (row) => [id(row, "id"), titleOf(row)] as const,
    ),
    ...named
      .flatMap((path) => [...files.lines(path)])
      .map((line) => [id(line, "id"), text(line, "thread_name")?.trim() ?? ""] as const),
  ];
  for (const [thread, title] of told) {
    if (thread !== null && title !== null && title !== "") titles.set(thread, title);
  }
  return titles;
}
