import type { Context } from "../context.ts";
import { isHomeNamed } from "../settings/home.ts";
import { explainFault } from "../store/faults.ts";
import type { Store } from "../store/store.ts";
import { replicaPath } from "../sync/replica/file.ts";
import { machineName } from "../sync/replica/names.ts";
import type { Chosen, PulledSource } from "./choose.ts";
import { clonesHere } from "./clones.ts";
import { findCopies } from "./copies.ts";
import type { Copies, Machine, Machines, ReadStore, ShownCopy } from "./model.ts";
import { NarrowedStore } from "./narrowed.ts";
import {
  leaveOutCalls,
  listPulledSources,
  listTwofold,
  type Narrowing,
  narrow,
  sourceIdsOf,
  type Twofold,
} from "./sql.ts";

/** A pull holds up no reader, and whoever else locks the replica may never let go. */
const WAIT_MS = 2000;

/** What was pulled, and where its projects are on this machine. */
interface Pulled {
  readonly sources: readonly PulledSource[];
  readonly clones: ReadonlyMap<string, string>;
}

const NOTHING: Pulled = { sources: [], clones: new Map() };

/** The source of this machine itself. */
const HERE = null;

const toMachine = (source: PulledSource): Machine => ({
  name: machineName(source),
  sourceId: source.sourceId,
  pushedMs: source.pushedMs,
});

/** This machine and those whose sessions were pulled. */
export class Fleet {
  readonly #ctx: Context;
  readonly #store: Store;
  readonly #replica: Store;
  readonly #pulled: Pulled;
  /** By their sources. */
  readonly #machines: ReadonlyMap<string | null, Machine>;

  private constructor(ctx: Context, store: Store, name: string, pulled: Pulled) {
    this.#ctx = ctx;
    this.#store = store;
    this.#pulled = pulled;
    this.#replica = this.#narrowed(replicaPath(store.home), {
      sourceIds: null,
      leftOut: [],
      clones: new Map(),
    });
    const here: Machine = { name, sourceId: HERE, pushedMs: null };
    const machines = [here, ...pulled.sources.map(toMachine)];
    this.#machines = new Map(machines.map((machine) => [machine.sourceId, machine]));
  }

  /** This machine alone. @param name what people call it */
  static alone(ctx: Context, store: Store, name: string): Fleet {
    return new Fleet(ctx, store, name, NOTHING);
  }

  /** @throws UserError why the replica can't be read */
  static async open(ctx: Context, store: Store, name: string): Promise<Fleet> {
    const pulled = await Fleet.alone(ctx, store, name).#replica.read(async ({ db }) => {
      const sources = listPulledSources(db);
      const clones = await clonesHere(ctx, store, db);
      return { sources, clones };
    });
    return new Fleet(ctx, store, name, pulled ?? NOTHING);
  }

  get sources(): readonly PulledSource[] {
    return this.#pulled.sources;
  }

  #narrowed(databasePath: string, narrowing: Narrowing): Store {
    const { newId, warnings } = this.#ctx;
    const warn = (message: string) => void warnings.push(message);
    const { home } = this.#store;
    return new NarrowedStore(
      { home, databasePath, isHomeNamed: isHomeNamed(this.#ctx.env) },
      { newId, waitMs: WAIT_MS, warn },
      narrowing,
    );
  }

  /** Sessions that are here and there, if both are read. */
  async twofold({ isHere, sources }: Chosen): Promise<readonly Twofold[]> {
    if (!isHere || sources.length === 0) return [];
    const ids = sources.map(({ sourceId }) => sourceId);
    const { databasePath } = this.#replica;
    const both = await this.#store.read(({ db, reading }) => {
      try {
        return listTwofold(db, reading, databasePath, ids);
      } catch (error) {
        // It is this machine's store that is read, but its tables are in order.
        throw explainFault(error, databasePath);
      }
    });
    return both ?? [];
  }

  /** Reads this machine's sessions. @param leftOut those of which the replica has more */
  here(leftOut: readonly string[]): ReadStore {
    const narrowing = { sourceIds: null, leftOut, clones: new Map<string, string>() };
    const { databasePath } = this.#store;
    const store = leftOut.length === 0 ? this.#store : this.#narrowed(databasePath, narrowing);
    const sourcesOfAll = (ids: readonly string[]) => ids.map((id) => [id, HERE] as const);
    return {
      ctx: { ...this.#ctx, store: async () => store },
      machines: this.#of([HERE], narrowing, {
        find: (_, ids) => this.#named(sourcesOfAll(ids)),
        of: async (ids) => this.#named(sourcesOfAll(ids)),
        countOnce: () => undefined,
      }),
    };
  }

  /** Reads the sessions of these sources. @param leftOut those of which this machine has as much */
  others({ isHere, sources }: Chosen, leftOut: readonly string[]): ReadStore {
    const keys = sources.map(({ sourceId }) => sourceId);
    const areAll = keys.length === this.sources.length;
    const { clones } = this.#pulled;
    const narrowing = { sourceIds: areAll ? null : keys, leftOut, clones };
    const store = this.#narrowed(this.#replica.databasePath, narrowing);
    const find: Machines["find"] = (db, ids) => this.#named(sourceIdsOf(db, ids, keys));
    return {
      // What is current in this environment, and where this machine's agents keep files, says nothing of them.
      ctx: { ...this.#ctx, env: {}, store: async () => store },
      machines: this.#of(keys, narrowing, {
        find,
        of: async (ids) => (await store.read(({ db }) => find(db, ids))) ?? new Map(),
        countOnce: ({ db, reading }) => {
          if (isHere) leaveOutCalls(db, reading, this.#store.databasePath);
        },
      }),
    };
  }

  #of(
    sourceIds: readonly (string | null)[],
    narrowing: Narrowing,
    found: Pick<Machines, "countOnce" | "find" | "of">,
  ): Machines {
    return {
      ...found,
      all: sourceIds.flatMap((id) => this.#machines.get(id) ?? []),
      areOthers: !sourceIds.includes(HERE),
      narrowIndex: (db) => narrow(db, "source", narrowing),
      copiesOf: (shown) => this.#copiesOf(shown),
    };
  }

  async #copiesOf(shown: ShownCopy): Promise<Copies> {
    const { externalId } = shown;
    if (this.sources.length === 0) return { externalId, alsoOn: [], continuedOn: [] };
    const all = { here: this.#store, replica: this.#replica, machines: this.#machines };
    return await findCopies(all, shown);
  }

  #named(sources: Iterable<readonly [string, string | null]>): Map<string, Machine> {
    const machines = [...sources].flatMap(([id, source]) => {
      const machine = this.#machines.get(source);
      return machine === undefined ? [] : [[id, machine] as const];
    });
    return new Map(machines);
  }
}
