import type { Whereabouts } from "../store/hooked-sessions.ts";

/** Adds what isn't known yet. Never mixes two repositories. */
export function filled(known: Whereabouts, now: Whereabouts): Whereabouts {
  if (known.project !== null && known.project !== now.project) return known;
  return {
    project: known.project ?? now.project,
    folder: known.folder ?? now.folder,
    firstCommit: known.firstCommit ?? now.firstCommit,
    remote: known.remote ?? now.remote,
    root: known.root ?? now.root,
    branch: known.branch ?? now.branch,
    cwd: known.cwd ?? now.cwd,
  };
}

/**
 * Where a session works after it was taken up again. A session never leaves its repository for a plain folder. In the
 * same working tree, its branch stays the one of its start.
 */
export function takenUp(known: Whereabouts, now: Whereabouts): Whereabouts {
  if (now.root === null || (now.project === null && known.project !== null)) {
    return filled(known, now);
  }
  const branch = known.root === now.root ? (known.branch ?? now.branch) : now.branch;
  return { ...now, branch, cwd: now.cwd ?? known.cwd };
}

export function isSameWhereabouts(a: Whereabouts, b: Whereabouts): boolean {
  return (
    a.project === b.project &&
    a.root === b.root &&
    a.cwd === b.cwd &&
    a.branch === b.branch &&
    a.remote === b.remote &&
    a.folder === b.folder &&
    a.firstCommit === b.firstCommit
  );
}
