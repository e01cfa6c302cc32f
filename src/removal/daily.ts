import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import { setLockWait } from "../store/statements.ts";
import type { Store } from "../store/store.ts";
import type { Duration } from "../text/duration.ts";
import { performGc, planGc } from "./gc.ts";
import { CLAIM } from "./statements.ts";

/** Claims a task that runs at most once a day. The caller must run it if this returns true. */
function claimDaily(db: Connection, name: string, now: number): boolean {
  return db.query(CLAIM).run(`${name}_at`, now).changes > 0;
}

/** Limits how long the connection waits for a lock, in milliseconds. */
function waitAtMost(db: Connection, ms: number): void {
  db.run(setLockWait(ms));
}

/** More than one run can delete in its milliseconds. */
const MOST_SESSIONS = 1000;
/** The time to keep for closing the database, which can't be cut short. */
const CLOSING_MS = 200;
const LOCK_WAIT_MS = 50;

type Needs = Pick<Context, "elapsedMicros" | "now" | "warnings">;

async function collect(
  ctx: Needs,
  store: Store,
  olderThan: Duration,
  untilMicros: number,
): Promise<void> {
  const now = ctx.now().getTime();
  await store.withWriter((db) => waitAtMost(db, LOCK_WAIT_MS));
  if (!(await store.write(({ db }) => claimDaily(db, "gc", now)))) return;
  const limits = { before: now - olderThan.ms, maxBytes: null };
  const { onlyPushed } = await import("../sync/source/pushed.ts");
  const only = await onlyPushed(ctx, store);
  const plan = await planGc(store, limits, { most: MOST_SESSIONS, only });
  if (plan === undefined) return;
  await performGc(ctx, store, plan, { untilMicros, onEvents: () => undefined });
}

/**
 * Deletes sessions that are older than the setting, at most once a day and only as long as the current call
 * has time. The next day continues with the rest.
 */
export async function collectDaily(
  ctx: Needs,
  store: Store,
  olderThan: Duration,
  budgetMs: number,
): Promise<void> {
  const untilMicros = (budgetMs - CLOSING_MS) * 1000;
  if (ctx.elapsedMicros() >= untilMicros) return;
  try {
    await collect(ctx, store, olderThan, untilMicros);
  } catch (error) {
    // Others hold the lock. The cleanup can wait, this call can't.
    if (error instanceof UserError && error.code === "database_locked") return;
    // The call's own event is already stored.
    const problem = error instanceof Error ? error.message : String(error);
    ctx.warnings.push(`the daily removal of old sessions failed: ${problem}`);
  }
}
