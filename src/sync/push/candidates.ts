import type { Connection } from "../../store/connection.ts";
import { hasGoneBack, type SyncProgress } from "../source/sql.ts";
import { listAll, listChanged } from "./sql.ts";

/** All sessions are compared after so long, for changes that nothing shows. */
const FULL_EVERY_MS = 7 * 86_400_000;

/** The sessions that a push looks at. */
export interface Candidates {
  readonly rowids: readonly number[];
  /** Whether these are all there are. */
  readonly areAll: boolean;
}

/** Finds the sessions that a server may have in another state, or all of them. */
export function findCandidates(
  sidecar: Connection,
  remote: string,
  facts: {
    readonly progress: SyncProgress | null;
    readonly rules: string;
    readonly nowMs: number;
    readonly isFull: boolean;
  },
): Candidates {
  const { progress, rules, nowMs, isFull } = facts;
  const isDue =
    progress === null ||
    progress.rules !== rules ||
    Math.abs(nowMs - progress.fullMs) > FULL_EVERY_MS ||
    hasGoneBack(sidecar, progress);
  if (isFull || isDue) return { rowids: listAll(sidecar), areAll: true };
  const since = { ...progress, aliveMs: nowMs - FULL_EVERY_MS };
  return { rowids: listChanged(sidecar, remote, since), areAll: false };
}
