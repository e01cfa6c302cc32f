import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import type { View } from "../store/store.ts";

/** A machine that sessions are from. */
export interface Machine {
  /** As people call it; another user's is `bob/desk`. */
  readonly name: string;
  /** Of the source that pushed them; null for this machine itself. */
  readonly sourceId: string | null;
  /** When it last pushed, in milliseconds since 1970; null for this machine, and where nobody knows. */
  readonly pushedMs: number | null;
}

/** Where sessions are read: this machine's store or, where others were asked for, the replica with theirs. */
export interface ReadStore {
  /** Its store is the one that is read. */
  readonly ctx: Context;
  /** Null where nobody asked for a machine, so that nobody needs the name of this one. */
  readonly machines: Machines | null;
}

/** A session that is shown. */
export interface ShownCopy {
  readonly id: string;
  readonly agentId: string;
  /** The agent's own id of it, as far as its row tells. */
  readonly externalId: string | null;
  /** Of the source whose copy is shown; null for this machine's. */
  readonly sourceId: string | null;
}

/** A session that goes on with the same conversation of the same agent. */
export interface Continuation {
  readonly id: string;
  readonly machine: Machine;
}

/** What else there is of a session. */
export interface Copies {
  /** The agent's own id of it. */
  readonly externalId: string | null;
  /** The other machines that have it. */
  readonly alsoOn: readonly Machine[];
  readonly continuedOn: readonly Continuation[];
}

/** Which machines the sessions of a store are from. */
export interface Machines {
  /** Those that are read. */
  readonly all: readonly Machine[];
  /** Whether these are others than this one. */
  readonly areOthers: boolean;
  /** Has a connection to the store see no call of a model that is counted in another store that is read. */
  countOnce(view: View): void;
  /** Has a connection to the search index of this store find only what is read. */
  narrowIndex(db: Connection): void;
  /** The machines of sessions by the sessions' ids, from a connection to the store. */
  find(db: Connection, ids: readonly string[]): ReadonlyMap<string, Machine>;
  /** The same where no connection is open. */
  of(ids: readonly string[]): Promise<ReadonlyMap<string, Machine>>;
  copiesOf(shown: ShownCopy): Promise<Copies>;
}

/** At least one place to read. */
export type ReadStores = readonly [ReadStore, ...ReadStore[]];

/** What is done with what is read. */
export type Work<T> = (stores: ReadStores) => Promise<T>;
