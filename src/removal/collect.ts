import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { eraseDeletedFromIndex } from "../search/text-index/use.ts";
import type { Store } from "../store/store.ts";
import { onlyPushed } from "../sync/source/pushed.ts";
import { foreseeGc } from "./foresee.ts";
import { type GcPlan, type GcResult, performGc, planGc } from "./gc.ts";
import type { Limits } from "./limits.ts";
import { countEnded } from "./sql.ts";

const EMPTY = { file: 0, used: 0, shrinks: true };
const NOTHING: GcResult = {
  ids: [],
  events: 0,
  finishedEvents: 0,
  before: EMPTY,
  after: EMPTY,
  kept: { notMadeByMm: 0, referredTo: 0 },
};

type Needs = Pick<Context, "elapsedMicros" | "now" | "store" | "warnings">;

async function perform(ctx: Needs, store: Store, plan: GcPlan, progress: LateProgress) {
  // Nothing in this database is mm's, so mm writes nothing to it.
  if (!plan.isAdopted)
    return { ...NOTHING, before: plan.space, after: plan.space, kept: plan.kept };
  progress.begin(plan.candidates.reduce((sum, { events }) => sum + events, plan.eventsToPurge));
  let done = 0;
  const onEvents = (removed: number) => {
    done += removed;
    progress.show(done);
  };
  return await performGc(ctx, store, plan, { untilMicros: null, onEvents });
}

/** What to do with a plan. */
interface Collecting {
  /** Only foresee the result. */
  readonly dryRun: boolean;
  /** Gets the result foreseen and the number of ended sessions, and throws unless both are meant; null asks nobody. */
  readonly consent: ((foreseen: GcResult, ended: number) => Promise<void>) | null;
}

/** Deletes the sessions beyond the limits, also from the search index, or only foresees the result. */
export async function collectGarbage(
  ctx: Needs,
  limits: Limits,
  { dryRun, consent }: Collecting,
  progress: LateProgress,
): Promise<GcResult> {
  const store = await ctx.store();
  const plan = await planGc(store, limits, { most: -1, only: await onlyPushed(ctx, store) });
  if (plan === undefined) return NOTHING;
  if (dryRun) return await foreseeGc(ctx, store, plan);
  if (consent !== null && plan.candidates.length > 0) {
    const ended = await store.read(({ db }) => countEnded(db));
    await consent(await foreseeGc(ctx, store, plan), ended ?? 0);
  }
  const result = await perform(ctx, store, plan, progress);
  await eraseDeletedFromIndex(ctx, store);
  return result;
}
