/** The sessions of this user that are of a project or that an id's beginning names; $1 is a pattern for LIKE. */
const findBy = (
  column: string,
) => `SELECT DISTINCT ON (session_id) session_id, project, agent_id, title FROM mm.session
  WHERE owner = current_user AND deleted_at IS NULL AND ${column} LIKE $1 ORDER BY session_id`;
export const FIND_BY_PROJECT = findBy("project");
export const FIND_BY_ID = `${findBy("session_id")} LIMIT 10`;
