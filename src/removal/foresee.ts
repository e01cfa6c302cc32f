import { Database } from "bun:sqlite";
import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { explainFault } from "../store/faults.ts";
import { BEGIN, COMMIT } from "../store/statements.ts";
import type { Store, View } from "../store/store.ts";
import { type GcPlan, type GcResult, performGc } from "./gc.ts";
import { approximateBytes, whyRemoved } from "./limits.ts";
import { enforceForeignKeys } from "./space.ts";
import { type Removable, sessionSize } from "./sql.ts";

/** A copy of a database in memory, page by page, to try a deletion on. */
class CopiedStore implements Pick<Store, "write" | "withWriter" | "forgetCurrent"> {
  readonly #db: Connection;

  constructor(of: Connection) {
    const image = of.serialize();
    // Bytes 18 and 19 of the header are the format versions; 2 is WAL, which needs a file.
    image[18] = 1;
    image[19] = 1;
    this.#db = Database.deserialize(image, { strict: true });
    enforceForeignKeys(this.#db, true);
  }

  /** Runs `work` in a transaction. Without a rollback: after a failure the copy is discarded. */
  async write<T>(work: (view: View) => T | Promise<T>): Promise<T> {
    const db = this.#db;
    db.run(BEGIN);
    const view = {
      db,
      isAdopted: true,
      reading: "shared" as const,
      current: async () => null,
      hasPendingStart: () => false,
    };
    const result = await work(view);
    db.run(COMMIT);
    return result;
  }

  async withWriter<T>(work: (db: Connection) => T | Promise<T>): Promise<T> {
    return await work(this.#db);
  }

  /** Does nothing: a copy has no state file. */
  async forgetCurrent(): Promise<void> {}

  close(): void {
    this.#db.close(true);
  }
}

type Needs = Pick<Context, "elapsedMicros" | "now">;

/** Estimates the result by the size of the rows. Half-empty pages keep some of that space. */
async function estimate(store: Store, gc: GcPlan): Promise<GcResult> {
  const { limits, space, eventsToPurge, kept } = gc;
  let used = space.used;
  const going: Removable[] = [];
  await store.read(({ db }) => {
    for (const session of gc.candidates) {
      if (whyRemoved(session.lastSignAt, used, limits) === null) break;
      going.push(session);
      used -= approximateBytes(sessionSize(db, session.id));
    }
  });
  used = Math.max(0, used);
  return {
    ids: going.map(({ id }) => id),
    events: going.reduce((sum, { events }) => sum + events, 0),
    finishedEvents: eventsToPurge,
    before: space,
    after: { ...space, used, file: space.shrinks ? used : space.file },
    kept,
  };
}

async function performOn(ctx: Needs, copy: CopiedStore, gc: GcPlan): Promise<GcResult> {
  try {
    const options = { untilMicros: null, isAlone: true, onEvents: () => undefined };
    return await performGc(ctx, copy, gc, options);
  } finally {
    copy.close();
  }
}

/**
 * Foresees the result of a plan without changing anything. A database of at most `mostCopied` bytes is
 * copied into memory and the plan performed on the copy. For a larger one the space is an estimate.
 */
export async function foreseeGc(
  ctx: Needs,
  store: Store,
  gc: GcPlan,
  mostCopied = 32 * 1024 * 1024,
): Promise<GcResult> {
  const isCopied = gc.isAdopted && gc.space.file <= mostCopied;
  const copy = isCopied ? await store.read(({ db }) => new CopiedStore(db)) : undefined;
  if (copy === undefined) return await estimate(store, gc);
  try {
    return await performOn(ctx, copy, gc);
  } catch (error) {
    throw explainFault(error, store.databasePath);
  }
}
