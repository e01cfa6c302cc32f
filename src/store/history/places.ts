import type { Connection } from "../connection.ts";

/** A repository, by its columns. */
export type RepositoryRow = Readonly<
  Record<"project" | "folder" | "first_commit" | "remote" | "root", string | null>
>;

/** Sessions of which only transcripts tell, in a folder that isn't known to belong to a repository. */
export interface Unplaced {
  readonly cwd: string;
  /** A folder of its repository, by the transcript; else its own. */
  readonly root: string;
  /** The address of the remote, by the transcript. */
  readonly remote: string | null;
  /** The agent of the last of them, and its transcript. */
  readonly client: string | null;
  readonly transcript: string | null;
  readonly ids: readonly string[];
}

const UNPLACED = `SELECT session_id AS id, cwd, coalesce(root, cwd) AS root, remote, client, transcript
  FROM mm_sessions WHERE history = 1 AND project IS NULL AND cwd IS NOT NULL AND started IS NOT 1
  ORDER BY last_event_ms DESC`;

export function unplacedSessions(db: Connection): Unplaced[] {
  const rows = db.query<Omit<Unplaced, "ids"> & { id: string }, []>(UNPLACED).all();
  const groups = Map.groupBy(rows, ({ cwd, root, remote }) => JSON.stringify([cwd, root, remote]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { id: _, ...known } = first;
    return [{ ...known, ids: group.map(({ id }) => id) }];
  });
}

const TREES = `SELECT DISTINCT project, folder, first_commit, remote, root FROM mm_sessions
  WHERE project IS NOT NULL ORDER BY project, root, last_event_ms DESC`;

/** The working trees in which sessions ran, with their repositories. */
export function knownTrees(db: Connection): RepositoryRow[] {
  return db.query<RepositoryRow, []>(TREES).all();
}

const SET_PLACE = `UPDATE mm_sessions SET project = ?2, folder = ?3, first_commit = ?4, remote = coalesce(?5, remote),
    root = coalesce(?6, root) WHERE project IS NULL AND session_id IN (SELECT value FROM json_each(?1))`;

/** Notes the repository of sessions. What isn't known of it stays as it is. */
export function setPlace(db: Connection, ids: readonly string[], place: RepositoryRow): void {
  const { project, folder, first_commit, remote, root } = place;
  db.query(SET_PLACE).run(JSON.stringify(ids), project, folder, first_commit, remote, root);
}
