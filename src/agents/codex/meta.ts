import type { HistoryFiles, HistorySession } from "../history/model.ts";
import { id, object, type Payload, text } from "../wire/payload.ts";

/** What the first line of a thread's file tells. */
interface Thread {
  readonly id: string;
  /** Whether it is a subagent's, of which all belongs to its parent. */
  readonly isSub: boolean;
  readonly isFork: boolean;
  readonly isPaginated: boolean;
  readonly facts: Partial<HistorySession>;
}

export function threadOf(meta: Payload): Thread | null {
  const own = id(meta, "id");
  if (own === null) return null;
  const spawn = object(object(object(meta, "source"), "subagent"), "thread_spawn");
  const parent = id(spawn, "parent_thread_id") ?? id(meta, "parent_thread_id");
  const root = id(meta, "session_id");
  const isSub = parent !== null;
  const git = object(meta, "git");
  const forked = id(meta, "forked_from_id") ?? id(object(meta, "history_base"), "thread_id");
  return {
    id: own,
    isSub,
    isFork: forked !== null,
    isPaginated: meta["history_mode"] === "paginated",
    facts: {
      externalId: isSub ? (root !== null && root !== own ? root : (parent ?? own)) : own,
      parent: isSub ? null : forked,
      cwd: text(meta, "cwd"),
      branch: text(git, "branch"),
      remote: text(git, "repository_url"),
      version: text(meta, "cli_version"),
    },
  };
}

/** The commit at which a thread began, by its first line. */
export function codexCommit(path: string, files: HistoryFiles): string | null {
  for (const line of files.lines(path)) {
    return text(object(object(line, "payload") ?? line, "git"), "commit_hash");
  }
  return null;
}
