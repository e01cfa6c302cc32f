import type { Connection } from "../../store/connection.ts";
import { textOrNull } from "../../store/rows.ts";

/** Whose working tree a folder was, as sessions have stored it. Reads all sessions. */
const PROJECTS_AT = "SELECT DISTINCT project FROM mm_sessions WHERE root = ?1";

/** The git folders of the repositories whose working tree a folder was; null for a folder in none. */
export function projectsAt(db: Connection, root: string): (string | null)[] {
  const rows = db.query<{ project: unknown }, [string]>(PROJECTS_AT).all(root);
  return rows.map(({ project }) => textOrNull(project));
}
