import type { Remote } from "../remote/connect.ts";
import { LOCK_OWN_SOURCES } from "../remote/statements.ts";
import * as sql from "./statements.ts";

/**
 * Has the server forget sessions, for ever: what is left of each is that it was deleted, which other machines learn
 * with their next pull. Copies that another machine of the same user has pushed go, too.
 */
export async function bury(remote: Remote, ids: readonly string[]): Promise<void> {
  const list = JSON.stringify(ids);
  await remote.transaction(async (transaction) => {
    // A source that was being added while this waited is seen only by the next statement.
    for (let time = 0; time < 2; time++) await transaction.query(LOCK_OWN_SOURCES);
    const rows = await transaction.query<{ source_id: string }>(sql.HOLDING_SOURCES, [list]);
    const sources = JSON.stringify(rows.map((row) => row.source_id));
    await transaction.query(sql.BURY_SESSIONS, [list, sources]);
    await transaction.query(sql.REMOVE_EVENTS, [list, sources]);
    await transaction.query(sql.REMOVE_USAGE, [list, sources]);
    await transaction.query(sql.RAISE_REVISIONS, [sources]);
  });
}
