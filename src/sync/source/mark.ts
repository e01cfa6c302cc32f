import type { Connection } from "../../store/connection.ts";
import { MARKED_EVENT } from "./statements.ts";

/** A hook that comes late sets the time of an event by less than this, or moves it to another number. */
const NEAR_SECONDS = 60;

interface MarkedEvent {
  readonly session_id: string;
  readonly created_at: string;
  readonly event_type: string;
  /** Since 1970. */
  readonly seconds: number;
}

function find(db: Connection, id: number): MarkedEvent | null {
  return db.query<MarkedEvent, [number]>(MARKED_EVENT).get(id);
}

function hashOf(text: string): string {
  return new Bun.CryptoHasher("sha256").update(text).digest("base64").slice(0, 22);
}

/** What tells the event of an id from another one that may get its number; null if it is gone. */
export function eventMark(db: Connection, id: number): string | null {
  const event = find(db, id);
  return event === null ? null : `${hashOf(event.session_id)} ${event.seconds}`;
}

/** Earlier versions marked an event by its type, too, which a transcript corrects. */
function isEarlierMark(mark: string, { session_id, created_at, event_type }: MarkedEvent): boolean {
  const types = [event_type, "tool_call"];
  return types.some((type) => mark === hashOf(`${session_id} ${created_at} ${type}`));
}

/** Whether the id of an event that had this mark is another event's now. */
export function isOtherEvent(db: Connection, id: number, mark: string): boolean {
  const event = find(db, id);
  if (event === null) return false;
  const [session, seconds] = mark.split(" ");
  if (seconds === undefined) return !isEarlierMark(mark, event);
  const isNear = Math.abs(Number(seconds) - event.seconds) < NEAR_SECONDS;
  return session !== hashOf(event.session_id) || !isNear;
}
