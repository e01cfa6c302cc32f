import { UserError } from "../../errors.ts";
import type { SourceIdentity } from "./sql.ts";

/** Stands for a home on a machine: a hash of the machine's id and the home's path. */
export function homeHolder(machineId: string, home: string): string {
  return new Bun.CryptoHasher("sha256").update(`${machineId}\n${home}`).digest("hex").slice(0, 32);
}

/** A source as a server knows it. */
export interface KnownSource {
  readonly sourceId: string;
  /** Where it was pushed from last. */
  readonly holder: string;
  readonly lastRev: number;
  readonly lastEvent: number;
  /** Tells its last event from another one of the same number; null if there is none. */
  readonly lastMark: string | null;
}

export type IdentityPlan =
  | { readonly kind: "same"; readonly sourceId: string }
  /** The server has this database's history already; what was sent is read back. */
  | { readonly kind: "found"; readonly sourceId: string }
  | { readonly kind: "new"; readonly why: "first" | "restored" };

/**
 * Decides which source a database is.
 * @param known what the server knows of the source in the sidecar; null if that never was there
 * @param ofHolder the sources that this home has pushed, the last first
 * @throws UserError `sync_source` if the home was moved or copied, which can't be told from outside
 */
export function planIdentity(facts: {
  readonly stored: SourceIdentity | null;
  readonly holder: string;
  readonly highestEvent: number;
  /** Whether the id of an event that had this mark is another event's now. */
  readonly isOther: (id: number, mark: string) => boolean;
  readonly known: KnownSource | null;
  readonly ofHolder: readonly KnownSource[];
}): IdentityPlan {
  const { stored, holder, highestEvent, isOther, known, ofHolder } = facts;
  // The history went back if the same numbers mean other events, or none yet.
  const isAhead = ({ lastEvent, lastMark }: KnownSource) =>
    lastEvent > highestEvent || (lastMark !== null && isOther(lastEvent, lastMark));
  if (stored === null) {
    const found = ofHolder.find((source) => !isAhead(source));
    if (found !== undefined) return { kind: "found", sourceId: found.sourceId };
    return { kind: "new", why: ofHolder.length > 0 ? "restored" : "first" };
  }
  if (stored.holder !== holder) {
    throw new UserError(
      "sync_source",
      "this home was pushed from another machine or folder",
      "if it was moved here, run `mm sync adopt`; if it was copied, run `mm sync new`",
    );
  }
  if (known !== null && known.holder !== holder) {
    throw new UserError(
      "sync_source",
      "another home goes on with what this one has pushed",
      "if this one goes on, too, run `mm sync new`",
    );
  }
  if (known !== null && isAhead(known)) return { kind: "new", why: "restored" };
  return { kind: "same", sourceId: stored.sourceId };
}
