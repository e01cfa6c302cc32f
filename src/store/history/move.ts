import type { Connection } from "../connection.ts";

/** Of a deleted event, too: an id is never used twice. */
const LAST_ID = `SELECT max(coalesce(max(id), 0), coalesce((SELECT seq FROM sqlite_sequence
  WHERE name = 'session_events'), 0)) AS id FROM session_events`;
const MOVE_EVENT = "UPDATE session_events SET id = ?2 WHERE id = ?1";
const MOVE_OWN_EVENT = "UPDATE mm_events SET event_id = ?2 WHERE event_id = ?1";
/** SQLite notes no id to which an event was moved. */
const NOTE_HIGHEST =
  "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'session_events' AND seq < ?1";
const DEFER = "PRAGMA defer_foreign_keys = ON";

function lastEventId(db: Connection): number {
  return db.query<{ id: number }, []>(LAST_ID).get()?.id ?? 0;
}

/** Moves events behind all others, in the given order. */
export function moveToEnd(db: Connection, ids: readonly number[]): void {
  db.run(DEFER);
  let next = lastEventId(db) + 1;
  const move = db.query(MOVE_EVENT);
  const moveOwn = db.query(MOVE_OWN_EVENT);
  for (const id of ids) {
    move.run(id, next);
    moveOwn.run(id, next);
    next++;
  }
  db.query(NOTE_HIGHEST).run(next - 1);
}
