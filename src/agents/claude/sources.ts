import type { Env } from "../../settings/environment.ts";
import { PROMPT_LOG } from "../../text/paths.ts";
import { nameOf, parentFolder } from "../history/draft.ts";
import type { AgentHistory } from "../history/model.ts";

/** The folders in which Claude keeps everything. */
export function claudeFolders({ CLAUDE_CONFIG_DIR, HOME, USERPROFILE }: Env): string[] {
  const home = HOME || USERPROFILE;
  if (CLAUDE_CONFIG_DIR) {
    const folders = CLAUDE_CONFIG_DIR.split(",").map((folder) => folder.trim());
    return folders.filter((folder) => folder !== "");
  }
  return home ? [`${home}/.claude`, `${home}/.config/claude`] : [];
}

/** Whether a file is what was typed in all sessions. */
export const isPromptLog = (path: string) =>
  nameOf(path) === PROMPT_LOG && !path.includes("/projects/");

/** Where Claude's transcripts lie: those of subagents in a folder beside their session's. */
export const claudeSources: Pick<AgentHistory, "roots" | "sourceOf" | "besides"> = {
  roots: (env) =>
    claudeFolders(env).flatMap((folder) => [`${folder}/projects`, `${folder}/${PROMPT_LOG}`]),
  sourceOf(path) {
    if (isPromptLog(path)) return path;
    if (!path.endsWith(".jsonl") || path.endsWith("/resume-head.jsonl")) return null;
    const folder = parentFolder(path);
    return nameOf(folder) === "subagents" ? `${parentFolder(folder)}.jsonl` : path;
  },
  besides: (key) => [key, `${key.replace(/\.jsonl$/u, "")}/subagents`],
};
