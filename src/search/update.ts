import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import {
  change,
  findPosition,
  forgetEvents,
  forgetSessions,
  indexEvents,
  indexSession,
  look,
  setChecked,
  setSessionRowid,
} from "./contents.ts";
import { createIndex, type IndexKind, indexKind } from "./file.ts";
import { type IndexUpdate, planIndex } from "./plan.ts";

/** Between two transactions, so that another search that waits for the lock gets it. */
const PAUSE_MS = 2;
const BATCH = 1000;
/** What others write meanwhile may need another look; what a damaged row needs has no end. */
const MAX_LOOKS = 10;

/** How far the index is, in events. */
export interface IndexProgress {
  begin(total: number): void;
  show(done: number): void;
}

export const SILENT: IndexProgress = { begin() {}, show() {} };

/** What an update needs to know of the index at hand. */
interface Work {
  readonly db: Connection;
  readonly kind: IndexKind;
  readonly waitMs: number;
}

/** Runs short transactions until `step` says that it is done. */
async function repeatedly({ db, waitMs }: Work, step: () => boolean): Promise<void> {
  while (!(await change(db, waitMs, step))) await Bun.sleep(PAUSE_MS);
}

async function inBatches<T>(
  work: Work,
  values: readonly T[],
  step: (batch: readonly T[]) => void,
): Promise<void> {
  let at = 0;
  if (values.length === 0) return;
  await repeatedly(work, () => {
    step(values.slice(at, at + BATCH));
    at += BATCH;
    return at >= values.length;
  });
}

async function forgetGoneEvents(work: Work): Promise<void> {
  let at: number | null = 0;
  await repeatedly(work, () => {
    at = forgetEvents(work.db, at ?? 0);
    return at === null;
  });
}

async function perform(
  work: Work,
  plan: IndexUpdate,
  nowMs: number,
  progress: IndexProgress,
): Promise<void> {
  const { db, kind, waitMs } = work;
  if (plan.newEvents > 0) {
    progress.begin(plan.newEvents);
    await repeatedly(work, () => {
      const left = indexEvents(db, kind);
      progress.show(plan.newEvents - left);
      return left <= 0;
    });
  }
  await inBatches(work, plan.sessions, (batch) => {
    for (const id of batch) indexSession(db, id, kind);
  });
  // Sessions go last, since they are what tells that events are gone too.
  if (plan.areEventsGone) await forgetGoneEvents(work);
  await inBatches(work, plan.goneSessions, (batch) => forgetSessions(db, batch));
  if (plan.lostPlace) await change(db, waitMs, () => findPosition(db));
  const { sessionRowid } = plan;
  if (sessionRowid !== null) await change(db, waitMs, () => setSessionRowid(db, sessionRowid));
  if (plan.isCheck) await change(db, waitMs, () => setChecked(db, nowMs));
}

/**
 * Brings an index up to date in short transactions; where nothing is new it only reads. A process that is
 * killed on the way leaves what the next one goes on with.
 * @returns `remake` where the file has to be removed first
 * @throws SQLiteError
 */
export async function updateSearchIndex(
  ctx: Pick<Context, "now">,
  db: Connection,
  waitMs: number,
  progress: IndexProgress,
): Promise<"done" | "remake"> {
  const kind = indexKind(db);
  const work = { db, kind, waitMs };
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const nowMs = ctx.now().getTime();
    // In one transaction, or another process's first one could come between two of its looks.
    const planned = db.transaction(() => planIndex(db, nowMs, kind));
    const plan = await look(db, waitMs, planned);
    if (plan.kind === "done" || plan.kind === "remake") return plan.kind;
    if (plan.kind === "create") await change(db, waitMs, () => createIndex(db, kind));
    else await perform(work, plan, nowMs, progress);
  }
  return "done";
}
