import type { Context } from "../context.ts";
import {
  findPlace,
  forgetEvents,
  forgetGoneSessions,
  indexEvents,
  indexSession,
  makeIndex,
  setChecked,
  useLargeCache,
} from "../store/search-index.ts";
import { type IndexPlan, MISSING_INDEX, planIndex } from "../store/search-plan.ts";
import { type IndexKind, indexKind } from "../store/search-schema.ts";
import type { Store, View } from "../store/store.ts";

/** Between two transactions, so that a hook that waits for the lock gets it. */
const PAUSE_MS = 2;
const BATCH = 300;
/** What others write meanwhile may need another look; what a damaged row needs has no end. */
const MAX_LOOKS = 10;

/** How far the index is, in events. */
export interface IndexProgress {
  begin(total: number): void;
  show(done: number): void;
}

const SILENT: IndexProgress = { begin() {}, show() {} };

/** Runs short transactions until `work` says that it is done. */
async function repeatedly(store: Store, work: (view: View) => boolean): Promise<void> {
  while (!(await store.write(work))) await Bun.sleep(PAUSE_MS);
}

async function inBatches<T>(
  store: Store,
  values: readonly T[],
  work: (view: View, batch: readonly T[]) => void,
): Promise<void> {
  let at = 0;
  if (values.length === 0) return;
  await repeatedly(store, (view) => {
    work(view, values.slice(at, at + BATCH));
    at += BATCH;
    return at >= values.length;
  });
}

async function perform(
  store: Store,
  plan: IndexPlan,
  kind: IndexKind,
  nowMs: number,
  progress: IndexProgress,
): Promise<void> {
  await store.write(({ db }) => useLargeCache(db));
  if (plan.create) await store.write(({ db }) => makeIndex(db, nowMs, kind));
  if (plan.newEvents > 0) {
    progress.begin(plan.newEvents);
    await repeatedly(store, ({ db }) => {
      const left = indexEvents(db, kind);
      progress.show(plan.newEvents - left);
      return left <= 0;
    });
  }
  await inBatches(store, plan.sessions, ({ db }, batch) => {
    for (const id of batch) indexSession(db, id, kind);
  });
  await inBatches(store, plan.goneEvents, ({ db }, batch) => forgetEvents(db, batch));
  await inBatches(store, plan.goneSessions, ({ db }, batch) => forgetGoneSessions(db, batch));
  if (plan.lostPlace) await store.write(({ db }) => findPlace(db));
  if (plan.isCheck) await store.write(({ db }) => setChecked(db, nowMs));
}

function isDone(plan: IndexPlan): boolean {
  const { create, newEvents, sessions, goneSessions, goneEvents, lostPlace, isCheck } = plan;
  const lists = [sessions, goneSessions, goneEvents];
  return !(create || lostPlace || isCheck) && newEvents === 0 && lists.every((l) => l.length === 0);
}

/**
 * Brings the search index up to date in short transactions; where nothing is new it only reads. A process
 * that is killed on the way leaves what the next one goes on with.
 * @throws UserError `search_unavailable`, or what writing to the database fails with
 */
export async function updateSearchIndex(
  ctx: Pick<Context, "now">,
  store: Store,
  progress: IndexProgress = SILENT,
): Promise<void> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const nowMs = ctx.now().getTime();
    const found = await store.read(({ db, hasOwnTables }) => {
      const kind = indexKind(db);
      return { kind, plan: hasOwnTables ? planIndex(db, nowMs, kind) : null };
    });
    if (found === undefined) return;
    const plan = found.plan ?? MISSING_INDEX;
    if (isDone(plan)) return;
    await perform(store, plan, found.kind, nowMs, progress);
  }
}
