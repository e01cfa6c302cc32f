import type { Store } from "../store/store.ts";
import type { Continuation, Copies, Machine, ShownCopy } from "./model.ts";
import {
  type Continued,
  continuedHere,
  continuedThere,
  hasSession,
  pulledExternalId,
  sourcesWith,
} from "./sql.ts";

/** This machine's store, the whole replica, and the machines by their sources; null stands for this machine. */
export interface Everything {
  readonly here: Store;
  readonly replica: Store;
  readonly machines: ReadonlyMap<string | null, Machine>;
}

/** The agent's own id of a session: the replica's row may lack it, since only one session may have it there. */
async function externalIdOf({ replica }: Everything, shown: ShownCopy): Promise<string | null> {
  if (shown.externalId !== null) return shown.externalId;
  return (await replica.read(({ db }) => pulledExternalId(db, shown.id))) ?? null;
}

/** Where else a session is, and where others went on with the same conversation. */
export async function findCopies(all: Everything, shown: ShownCopy): Promise<Copies> {
  const { here, replica, machines } = all;
  const externalId = await externalIdOf(all, shown);
  const there = await replica.read(({ db }) => ({
    holders: sourcesWith(db, shown.id),
    continued: externalId === null ? [] : continuedThere(db, { ...shown, externalId }),
  }));
  const own = await here.read(({ db }) => ({
    holders: hasSession(db, shown.id) ? [null] : [],
    continued: externalId === null ? [] : continuedHere(db, { ...shown, externalId }),
  }));
  const known = (sourceId: string | null) => machines.get(sourceId) ?? [];
  const holders = new Set([...(own?.holders ?? []), ...(there?.holders ?? [])]);
  const isHere = ({ sourceId }: Continued) => sourceId === null;
  const continued = [...(own?.continued ?? []), ...(there?.continued ?? [])];
  const seen = new Set(continued.filter(isHere).map(({ id }) => id));
  return {
    externalId,
    alsoOn: [...holders].flatMap(known).filter(({ sourceId }) => sourceId !== shown.sourceId),
    continuedOn: continued
      .filter((each) => isHere(each) || !seen.has(each.id))
      .flatMap(({ id, sourceId }): Continuation[] => {
        const machine = machines.get(sourceId);
        return machine === undefined ? [] : [{ id, machine }];
      }),
  };
}
