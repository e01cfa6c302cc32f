import type { Env } from "../../settings/environment.ts";
import { nameOf } from "../history/draft.ts";

/** The file of all that was typed, beside the folders of the transcripts. */
export const CODEX_PROMPTS = "history.jsonl";
const THREAD = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl(?:\.zst)?$/u;

/** Where Codex keeps everything, or null. */
export function codexFolder({ CODEX_HOME, HOME, USERPROFILE }: Env): string | null {
  const home = HOME || USERPROFILE;
  return CODEX_HOME || (home ? `${home}/.codex` : null);
}

/** The folders of transcripts, and the file of prompts. */
export function codexRoots(env: Env): string[] {
  const folder = codexFolder(env);
  if (folder === null) return [];
  return ["sessions", "archived_sessions", CODEX_PROMPTS].map((name) => `${folder}/${name}`);
}

/** The thread that a transcript is of, or the file itself; null for any other file. */
export function codexSource(path: string): string | null {
  const name = nameOf(path);
  if (name === CODEX_PROMPTS) return path;
  const isRollout = name.startsWith("rollout-") && /\.jsonl(?:\.zst)?$/u.test(name);
  return isRollout ? (THREAD.exec(name)?.[1] ?? path) : null;
}
