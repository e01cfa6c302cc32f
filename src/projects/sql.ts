import type { Connection } from "../store/connection.ts";
import { storedText, textOrNull } from "../store/rows.ts";

/** Which sessions `--project` selects, by where they ran. */
export interface ProjectFilter {
  /** The git folders of repositories. */
  readonly projects: readonly string[];
  /** Folders that belonged to no repository. */
  readonly roots: readonly string[];
}

/** An SQL condition on `sessions` as `s`, with the parameter $project. */
export const IN_PROJECT = `s.id IN (
    SELECT session_id FROM mm_sessions
      WHERE project IN (SELECT value FROM json_each($project, '$.projects'))
    UNION ALL
    SELECT session_id FROM mm_sessions
      WHERE project IS NULL AND root IN (SELECT value FROM json_each($project, '$.roots')))`;

/** The same for a session that has been read. */
export function isInProject(
  { projects, roots }: ProjectFilter,
  session: { readonly project: string | null; readonly root: string | null },
): boolean {
  const { project, root } = session;
  return project === null ? root !== null && roots.includes(root) : projects.includes(project);
}

/** The value of $project for `IN_PROJECT`. */
export function projectParameter({ projects, roots }: ProjectFilter): string {
  return JSON.stringify({ projects, roots });
}

/** Steps from one project to the next along the index. A DISTINCT would read every row. */
const PROJECTS = `WITH RECURSIVE projects(project) AS (
    SELECT min(project) FROM mm_sessions WHERE project IS NOT NULL
    UNION ALL
    SELECT (SELECT min(project) FROM mm_sessions WHERE project > projects.project)
    FROM projects WHERE project IS NOT NULL
  ) SELECT project FROM projects WHERE project IS NOT NULL`;

const ROOTS = "SELECT DISTINCT root FROM mm_sessions WHERE project IS NULL AND root IS NOT NULL";

/** ?1 is a JSON array of paths. */
const TREES = `SELECT DISTINCT project, root FROM mm_sessions
  WHERE root IN (SELECT value FROM json_each(?1)) AND project IS NOT NULL`;

const FOLDER = `SELECT folder FROM mm_sessions WHERE project = ?1 AND folder IS NOT NULL
  ORDER BY ended_ms DESC LIMIT 1`;

/** The last sessions are enough, and each costs a read of the disk. */
const IDENTITY = `SELECT remote, first_commit FROM mm_sessions WHERE project = ?1
  ORDER BY ended_ms DESC LIMIT 3`;

/** The git folders of all repositories in which sessions ran. */
export function storedProjects(db: Connection): string[] {
  const rows = db.query<{ project: unknown }, []>(PROJECTS).all();
  return rows.map(({ project }) => storedText(project));
}

/** The folders of all sessions that ran outside any repository. */
export function storedRoots(db: Connection): string[] {
  const rows = db.query<{ root: unknown }, []>(ROOTS).all();
  return rows.map(({ root }) => storedText(root));
}

/** The working trees at these paths in which sessions ran, with their repositories' git folders. Reads all sessions. */
export function storedTrees(
  db: Connection,
  roots: readonly string[],
): { readonly project: string; readonly root: string }[] {
  const rows = db
    .query<{ project: unknown; root: unknown }, [string]>(TREES)
    .all(JSON.stringify(roots));
  return rows.map(({ project, root }) => ({
    project: storedText(project),
    root: storedText(root),
  }));
}

/** The folder of a repository, if a session has stored one. */
export function storedFolder(db: Connection, project: string): string | null {
  return textOrNull(db.query<{ folder: unknown }, [string]>(FOLDER).get(project)?.folder);
}

/** What the last sessions stored about a repository; see `Repository`. */
export function storedIdentity(db: Connection, project: string) {
  const rows = db
    .query<{ remote: unknown; first_commit: unknown }, [string]>(IDENTITY)
    .all(project);
  return rows.map((row) => ({
    remote: textOrNull(row.remote),
    firstCommit: textOrNull(row.first_commit),
  }));
}
