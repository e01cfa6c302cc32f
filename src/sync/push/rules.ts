import { remoteKey } from "../../projects/identity.ts";
import { storedMs, textOrNull } from "../../store/rows.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import { isReleased, type SyncSettings } from "../settings.ts";

/** What in the settings decides which rows are sent, so that a change makes all sessions be compared. */
export function rulesOf({ projects, exclude, capture }: SyncSettings): string {
  return JSON.stringify({ projects, exclude, capture });
}

/** The address of a folder, which says nothing to another machine and too much to others. */
const LOCAL = /^(?:[/\\]|file:|[a-z]:(?:[/\\]|$))/iu;

/** The project by which people release sessions: host and path of the repository's remote, like `github.com/acme/shop`. */
export function projectOf(row: StoredRow): string | null {
  const remote = textOrNull(row["remote"]);
  if (remote === null || LOCAL.test(remote)) return null;
  return remoteKey(remote);
}

/** Which sessions may leave. */
export interface Release {
  readonly settings: Pick<SyncSettings, "projects" | "exclude" | "capture">;
  /** Sessions without a sign of life since then have left the server; null for none. */
  readonly keptSinceMs: number | null;
}

/** Whether a session may be sent, by its project and its age. */
export function mayLeave(row: StoredRow, { settings, keptSinceMs }: Release): boolean {
  const last = storedMs(row["last_event_ms"]) ?? storedMs(row["started_ms"]) ?? 0;
  return isReleased(settings, projectOf(row)) && (keptSinceMs === null || last >= keptSinceMs);
}
