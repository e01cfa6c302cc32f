import type { Context } from "../context.ts";
import type { Store } from "../store/store.ts";
import { CopiedStore } from "./copied-store.ts";
import { type GcPlan, type GcResult, performGc } from "./gc.ts";
import { approximateBytes, whyRemoved } from "./limits.ts";
import { type Removable, sessionSize } from "./sql.ts";

type Needs = Pick<Context, "elapsedMicros">;

/** The sessions that would go, and what their rows take; half-empty pages keep some of that. */
async function estimate(store: Store, gc: GcPlan): Promise<GcResult> {
  const { limits, space, leftEvents, kept } = gc;
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
    leftEvents,
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
 * What a plan would come to, without changing anything. A database of at most `mostCopied` bytes is copied
 * into memory, and the copy tells; of a larger one the space afterwards is an estimate.
 */
export async function foreseeGc(
  ctx: Needs,
  store: Store,
  gc: GcPlan,
  mostCopied = 32 * 1024 * 1024,
): Promise<GcResult> {
  const isCopied = gc.hasOwnTables && gc.space.file <= mostCopied;
  const copy = isCopied ? await store.read(({ db }) => new CopiedStore(db)) : undefined;
  return copy === undefined ? await estimate(store, gc) : await performOn(ctx, copy, gc);
}
