import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import { setLockWait } from "../store/statements.ts";
import type { Store } from "../store/store.ts";
import type { Duration } from "../text/duration.ts";
import { performGc, planGc } from "./gc.ts";
import { CLAIM } from "./statements.ts";

/** Whether something that is done once a day at most is due; whoever is told so has to do it. */
function claimDaily(db: Connection, name: string, now: number): boolean {
  return db.query(CLAIM).run(`${name}_at`, now).changes > 0;
}

/** From now on a lock is waited for no longer than this, in milliseconds. */
function waitAtMost(db: Connection, ms: number): void {
  db.run(setLockWait(ms));
}

/** One run has milliseconds and comes to no more. */
const MOST_SESSIONS = 1000;
/** What closing the database may take, which can't be cut short. */
const LEFT_FOR_CLOSING_MS = 200;
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
  const plan = await planGc(store, limits, MOST_SESSIONS);
  if (plan === undefined) return;
  await performGc(ctx, store, plan, { untilMicros, onEvents: () => undefined });
}

/**
 * Removes what is older than the settings allow, once a day at most and only while the call that it is a
 * part of has time left; what it doesn't come to is left to the next day.
 */
export async function collectDaily(
  ctx: Needs,
  store: Store,
  olderThan: Duration,
  budgetMs: number,
): Promise<void> {
  const untilMicros = (budgetMs - LEFT_FOR_CLOSING_MS) * 1000;
  if (ctx.elapsedMicros() >= untilMicros) return;
  try {
    await collect(ctx, store, olderThan, untilMicros);
  } catch (error) {
    // Others are at work; it can wait for them, this call can't.
    if (error instanceof UserError && error.code === "database_locked") return;
    // What the call itself had to store is stored, so nothing of it is lost.
    const problem = error instanceof Error ? error.message : String(error);
    ctx.warnings.push(`the daily removal of old sessions failed: ${problem}`);
  }
}
