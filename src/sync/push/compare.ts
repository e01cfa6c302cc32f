import type { Connection } from "../../store/connection.ts";
import { storedMs, storedText } from "../../store/rows.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import { eventsIn, type Print, printText, renewedIn } from "../print.ts";
import { findSent, isGone, type Sent } from "../source/sent.ts";
import { bucketOf, eventsPrint, NO_CALLS, piecesOf, type ServerRow } from "./rows.ts";
import { projectOf } from "./rules.ts";
import { eventsLook, listCalls } from "./sql.ts";

/** A session as it would be sent, and what of it the server lacks. */
export interface Compared {
  readonly id: string;
  readonly project: string | null;
  readonly session: ServerRow;
  readonly bucket: string;
  readonly print: Print;
  /** The highest id of its events. */
  readonly last: number;
  /** Stands for its calls of models. */
  readonly usage: string;
  /** Its calls, unless the server has them. */
  readonly calls: readonly ServerRow[];
  /** The last event that the server has and that is still the same. */
  readonly from: number;
  /** Whether the server has nothing of it. */
  readonly isNew: boolean;
  /** Whether the server has all of it. */
  readonly isThere: boolean;
  /** Whether some of the events that the server has are other ones now, or have gone: a transcript may do that. */
  readonly renewsEvents: boolean;
  /** Whether some of the calls that the server has may have gone. */
  readonly renewsCalls: boolean;
}

/** To which server a push is compared. */
export interface Comparing {
  readonly sidecar: Connection;
  /** The server's name in the sidecar. */
  readonly name: string;
  readonly sourceId: string;
  /** A revision that no session has yet. */
  readonly nextRev: number;
  readonly isTitleOnly: boolean;
}

interface Here {
  readonly id: string;
  readonly row: StoredRow;
  readonly bucket: string;
  readonly last: number;
}

/** Whether the server's events are no longer those of here. It keeps those of a session that has none here. */
function isRenewed(sidecar: Connection, sent: Sent | null, { id, row, bucket, last }: Here) {
  if (sent === null || row["event_count"] === 0) return false;
  const { lastEvent, print } = sent;
  const look = lastEvent >= last ? storedText(row["events"]) : eventsLook(sidecar, id, lastEvent);
  return eventsIn(print) !== eventsPrint(bucket, look);
}

/** Compares a session with what the server is known to have of it. */
export function compareSession(row: StoredRow, comparing: Comparing): Compared {
  const { sidecar, name, sourceId, nextRev, isTitleOnly } = comparing;
  const id = storedText(row["id"]);
  const project = projectOf(row);
  const { session, calls, usage, print } = piecesOf(row, listCalls(sidecar, id), {
    sourceId,
    project,
    isTitleOnly,
  });
  const sent = findSent(sidecar, name, id);
  const bucket = bucketOf(storedMs(row["started_ms"]));
  const last = Number(session["last_event"]);
  const renewsEvents = !isTitleOnly && isRenewed(sidecar, sent, { id, row, bucket, last });
  const whole: Print = {
    row: print,
    events: isTitleOnly ? "" : eventsPrint(bucket, storedText(row["events"])),
    renewed: renewsEvents ? nextRev : renewedIn(sent?.print ?? ""),
  };
  const hasCalls = sent?.usage === usage;
  return {
    id,
    project,
    session,
    bucket,
    print: whole,
    last,
    usage,
    calls: hasCalls ? [] : calls,
    from: renewsEvents ? 0 : (sent?.lastEvent ?? 0),
    isNew: sent === null,
    isThere: isGone(sent) || sent?.print === printText(whole),
    renewsEvents,
    renewsCalls: sent !== null && !hasCalls && sent.usage !== NO_CALLS,
  };
}
