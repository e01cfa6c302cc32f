import { hasTables, openAgents } from "../history/sql.ts";

/** A thread as Codex lists it; which columns there are depends on its version. */
type Thread = Readonly<Record<string, unknown>>;

const THREADS = "SELECT * FROM threads";

/** The threads in Codex' database, which it may be writing at the same time. @throws SQLiteError */
export function codexThreads(path: string): Thread[] {
  using db = openAgents(path);
  return hasTables(db, ["threads"]) ? db.query<Thread, []>(THREADS).all() : [];
}
