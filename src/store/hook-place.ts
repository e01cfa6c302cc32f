import type { Connection } from "./connection.ts";
import { FILL_PLACE, SET_TITLE, SET_TITLE_FROM } from "./hook-statements.ts";

/** Where the client works: the repository, so that all its worktrees are one project, and the tree. */
export interface Place {
  /** The repository's common folder or, outside any, null. */
  readonly project: string | null;
  /** Address of its remote, without credentials. */
  readonly remote: string | null;
  /** Top folder of the working tree. */
  readonly root: string | null;
  readonly branch: string | null;
}

export function fillPlace(db: Connection, id: string, place: Place, cwd: string | null): void {
  const { project, remote, root, branch } = place;
  db.query(FILL_PLACE).run(id, project, remote, root, branch, cwd);
}

export function setTitle(db: Connection, id: string, title: string, from: string): void {
  db.query(SET_TITLE).run(id, title);
  db.query(SET_TITLE_FROM).run(id, from);
}
