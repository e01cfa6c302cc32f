import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import {
  change,
  deleteMissingEvents,
  deleteMissingSessions,
  indexEvents,
  indexSession,
  look,
  resetPosition,
  setChecked,
  setSessionRowid,
} from "./contents.ts";
import { createIndex, type IndexKind, indexKind } from "./file.ts";
import { type IndexUpdate, planIndex } from "./plan.ts";

/** The pause between two transactions, so that another search can get the lock. */
const PAUSE_MS = 2;
const BATCH = 1000;
/** Other processes may write during an update, so it looks again; a damaged row would make it look forever. */
const MAX_LOOKS = 10;

/** The progress of indexing, in events. */
export interface IndexProgress {
  begin(total: number): void;
  show(done: number): void;
}

export const SILENT: IndexProgress = { begin() {}, show() {} };

/** What an update needs to know about the index. */
interface Work {
  readonly db: Connection;
  readonly kind: IndexKind;
  readonly waitMs: number;
}

/** Runs short transactions until `step` returns true. */
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

async function deleteAllMissingEvents(work: Work): Promise<void> {
  let at: number | null = 0;
  await repeatedly(work, () => {
    at = deleteMissingEvents(work.db, at ?? 0);
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
  // Sessions come last, because missing sessions are the sign that events are missing too.
  if (plan.hasMissingEvents) await deleteAllMissingEvents(work);
  await inBatches(work, plan.missingSessions, (batch) => deleteMissingSessions(db, batch));
  if (plan.lostPosition) await change(db, waitMs, () => resetPosition(db));
  const { sessionRowid } = plan;
  if (sessionRowid !== null) await change(db, waitMs, () => setSessionRowid(db, sessionRowid));
  if (plan.isCheck) await change(db, waitMs, () => setChecked(db, nowMs));
}

/**
 * Brings an index up to date in short transactions, and only reads if nothing is new. If the process is
 * killed, the next one continues where it stopped.
 * @returns `remake` if the file has to be removed first
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
    // In one transaction, so that all its queries see the same state.
    const planned = db.transaction(() => planIndex(db, nowMs, kind));
    const plan = await look(db, waitMs, planned);
    if (plan.kind === "done" || plan.kind === "remake") return plan.kind;
    if (plan.kind === "create") await change(db, waitMs, () => createIndex(db, kind));
    else await perform(work, plan, nowMs, progress);
  }
  return "done";
}
