import { NOWHERE } from "../files/git.ts";
import type { Connection } from "../store/connection.ts";
import type { HookedSession, Whereabouts } from "../store/hooked-sessions.ts";
import { setWhereabouts } from "../store/sessions.ts";
import type { HookRecord } from "./record.ts";

/** Adds what isn't known yet. Never mixes two repositories. */
function filled(known: Whereabouts, now: Whereabouts): Whereabouts {
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
function takenUp(known: Whereabouts, now: Whereabouts): Whereabouts {
  if (now.root === null || (now.project === null && known.project !== null)) {
    return filled(known, now);
  }
  const branch = known.root === now.root ? (known.branch ?? now.branch) : now.branch;
  // What git doesn't tell of a repository a transcript may have told.
  const remote = known.project === now.project ? (now.remote ?? known.remote) : now.remote;
  return { ...now, branch, remote, cwd: now.cwd ?? known.cwd };
}

function isSameWhereabouts(a: Whereabouts, b: Whereabouts): boolean {
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

/** A record that an older `mm` spooled lacks newer fields. */
export function whereabouts({ place, cwd }: HookRecord): Whereabouts {
  return { ...NOWHERE, ...place, cwd };
}

/** A session moves only when it is taken up again: in between, an agent may change its folder as it works. */
export function noteWhereabouts(
  db: Connection,
  session: HookedSession,
  record: HookRecord,
  isTakenUp: boolean,
): void {
  if (record.place === null) return;
  const known = session.whereabouts;
  const next = (isTakenUp ? takenUp : filled)(known, whereabouts(record));
  if (!isSameWhereabouts(known, next)) setWhereabouts(db, session.id, next);
}
