import { hasIndexFile, indexPath } from "../search/text-index/file.ts";
import { LAST_EVENT, PROGRESS } from "../search/text-index/statements.ts";
import { type Connection, openReader } from "../store/connection.ts";

/** The part of what is stored that is indexed, from 0 to 1, while another process indexes it; null if nobody can tell. */
export function indexedPart(db: Connection, databasePath: string): number | null {
  if (!hasIndexFile(databasePath)) return null;
  try {
    const index = openReader(indexPath(databasePath), 0);
    try {
      const done = index.query<{ event_id: number }, []>(PROGRESS).get()?.event_id ?? 0;
      const last = db.query<{ id: number }, []>(LAST_EVENT).get()?.id ?? 0;
      return last === 0 ? 1 : Math.min(1, done / last);
    } finally {
      index.close(true);
    }
  } catch {
    // It is just being made, or written to.
    return null;
  }
}
