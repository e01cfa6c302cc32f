import { renewedIn } from "../../print.ts";
import type { Holder, PulledSession, RemoteSource } from "../sql.ts";

/** What is to be done with a session that was read. */
export type PullStep =
  | {
      readonly kind: "store";
      readonly after: number;
      /** What is here goes first: of another source, or of this one where all events are other ones now. */
      readonly replaces: Holder | null;
    }
  | { readonly kind: "note" | "keep" }
  | { readonly kind: "drop"; readonly wasStored: boolean; readonly next: Holder | null };

type Copy = Pick<Holder, "isOwn" | "eventCount">;

/** More than 0 if the second copy is the better one: one's own, as others may claim anything, else that of more events. */
function byWorth(one: Copy, other: Copy): number {
  return Number(other.isOwn) - Number(one.isOwn) || other.eventCount - one.eventCount;
}

/** Decides what becomes of a session: of copies from several sources, the best one is kept. */
export function planSession(
  session: Pick<PulledSession, "is_deleted" | "event_count" | "rev" | "last_event" | "print">,
  { sourceId, isOwn }: RemoteSource,
  holders: readonly Holder[],
): PullStep {
  const own = holders.find((holder) => holder.sourceId === sourceId);
  const others = holders.filter((holder) => holder !== own);
  if (session.is_deleted) {
    const [next = null] = others.toSorted(byWorth);
    return { kind: "drop", wasStored: own?.isStored ?? false, next };
  }
  const isComplete = own?.isStored === true && own.lastEvent >= Number(session.last_event);
  if (isComplete && own.rev === Number(session.rev)) return { kind: "keep" };
  const stored = others.find((holder) => holder.isStored) ?? null;
  const copy = { isOwn, eventCount: session.event_count };
  if (stored !== null && byWorth(stored, copy) <= 0) return { kind: "note" };
  if (own?.isStored !== true) return { kind: "store", after: 0, replaces: stored };
  if (own.rev < renewedIn(session.print)) return { kind: "store", after: 0, replaces: own };
  return { kind: "store", after: own.lastEvent, replaces: null };
}
