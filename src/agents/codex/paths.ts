import type { Env } from "../../settings/environment.ts";
import { PROMPT_LOG } from "../../text/paths.ts";
import { nameOf } from "../history/draft.ts";

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
  return ["sessions", "archived_sessions", PROMPT_LOG].map((name) => `${folder}/${name}`);
}

/** The thread that a transcript is of, or the file itself; null for any other file. */
export function codexSource(path: string): string | null {
  const name = nameOf(path);
  if (name === PROMPT_LOG) return path;
  const isRollout = name.startsWith("rollout-") && /\.jsonl(?:\.zst)?$/u.test(name);
  return isRollout ? (THREAD.exec(name)?.[1] ?? path) : null;
}
