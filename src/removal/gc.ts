import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { noteForeignEnds } from "../store/ends.ts";
import { findSessionByExternalId } from "../store/rows.ts";
import type { Store, View } from "../store/store.ts";
import { listReferences } from "./foreign-keys.ts";
import { type Limits, type Reason, whyRemoved } from "./limits.ts";
import { type Removed, Remover, type RemoverOptions } from "./slices.ts";
import { type Space, spaceOf } from "./space.ts";
import { spooledCalls } from "./spooled/calls.ts";
import {
  countEventsToPurge,
  countKept,
  type Kept,
  listRemovable,
  type Removable,
  removable,
} from "./sql.ts";
import type { TableReference } from "./statements.ts";

type Needs = Pick<Context, "elapsedMicros" | "now">;

/** What there is to do, judging by what was stored at that moment. */
export interface GcPlan {
  readonly limits: Limits;
  /** Oldest first. With a limit on size, not all of them need to be deleted. */
  readonly candidates: readonly Removable[];
  readonly references: readonly TableReference[];
  readonly kept: Kept;
  readonly space: Space;
  /** Events of an earlier deletion that was cut short. */
  readonly eventsToPurge: number;
  /** Whether `mm` has written to the database. If not, it is left alone. */
  readonly isAdopted: boolean;
}

export interface GcResult {
  /** Oldest first. */
  readonly ids: readonly string[];
  readonly events: number;
  readonly finishedEvents: number;
  readonly before: Space;
  readonly after: Space;
  readonly kept: Kept;
}

/** Whether the space in use is within the limit; null without such a limit. */
export function isUnder({ after }: GcResult, { maxBytes }: Limits): boolean | null {
  return maxBytes === null ? null : after.used <= maxBytes;
}

const NOTHING_KEPT: Kept = { notMadeByMm: 0, referredTo: 0 };

function hasLimit({ before, maxBytes }: Limits): boolean {
  return before !== null || maxBytes !== null;
}

/** Sessions with spooled calls, which are a sign of life. */
function idsInSpool(db: Connection, home: string): Set<string> {
  const found = spooledCalls(`${home}/spool`).map(({ agentId, externalId }) =>
    findSessionByExternalId(db, agentId, externalId),
  );
  return new Set(found.flatMap((session) => (session === null ? [] : [session.id])));
}

function plan(view: View, home: string, limits: Limits, { most, only }: GcBounds): GcPlan {
  const { db, isAdopted } = view;
  const space = spaceOf(db);
  const references = listReferences(db);
  // With a limit on size, any age may be deleted.
  const before = limits.maxBytes === null ? limits.before : null;
  const needed = hasLimit(limits);
  const kept = needed ? countKept(db, references, before) : NOTHING_KEPT;
  const spooled = needed ? idsInSpool(db, home) : new Set();
  const candidates = needed ? listRemovable(db, references, before, most) : [];
  return {
    limits,
    candidates: candidates.filter(({ id }) => !spooled.has(id) && (only?.has(id) ?? true)),
    references,
    kept,
    space,
    eventsToPurge: countEventsToPurge(db),
    isAdopted,
  };
}

/** What bounds a plan beside the limits. */
export interface GcBounds {
  /** At most so many sessions; -1 for all. */
  readonly most: number;
  /** No other sessions than these; null for any. */
  readonly only: ReadonlySet<string> | null;
}

/**
 * Plans what to delete, and changes nothing.
 * @returns undefined if nothing has been stored yet
 */
export async function planGc(
  store: Store,
  limits: Limits,
  bounds: GcBounds,
): Promise<GcPlan | undefined> {
  return await store.read((view) => plan(view, store.home, limits, bounds));
}

/** The first of these sessions that are all deleted for the same reason. */
function nextBatch(
  candidates: readonly Removable[],
  used: number,
  limits: Limits,
): { readonly reason: Reason; readonly ids: string[] } | null {
  const [first] = candidates;
  const reason = first === undefined ? null : whyRemoved(first.lastSignAt, used, limits);
  if (reason === null) return null;
  const ids: string[] = [];
  // With a limit on size, each session may be the last that has to be deleted.
  const most = reason === "size" ? 20 : candidates.length;
  for (const { id, lastSignAt } of candidates.slice(0, most)) {
    if (whyRemoved(lastSignAt, used, limits) !== reason) break;
    ids.push(id);
  }
  return { reason, ids };
}

async function removeBatches(store: Removed, remover: Remover, gc: GcPlan) {
  const { candidates, limits } = gc;
  const condition = removable(gc.references);
  const ids: string[] = [];
  let events = 0;
  for (let from = 0; !remover.isOver; ) {
    const { used } = await store.withWriter(spaceOf);
    const next = candidates.slice(from, from + remover.sessionsAtOnce);
    const batch = nextBatch(next, used, limits);
    if (batch === null) break;
    const before = batch.reason === "age" ? limits.before : null;
    const deleted = await remover.delete(batch.ids, condition, before);
    ids.push(...deleted.map(({ id }) => id));
    events += await remover.purgeEvents();
    from += batch.ids.length;
  }
  return { ids, events };
}

const ENDS_AT_ONCE = 1000;

/** Notes all ends by other programs, in short transactions. Hooks note up to a hundred at a time. */
async function noteAllForeignEnds(store: Removed): Promise<void> {
  for (let noted = ENDS_AT_ONCE; noted === ENDS_AT_ONCE; ) {
    noted = await store.write(({ db }) => noteForeignEnds(db, ENDS_AT_ONCE));
  }
}

/** Deletes what was planned, as far as the plan still holds, and shrinks the file. */
export async function performGc(
  ctx: Needs,
  store: Removed,
  gc: GcPlan,
  options: RemoverOptions,
): Promise<GcResult> {
  const { kept } = gc;
  const remover = new Remover(ctx, store, options);
  const before = await store.withWriter(spaceOf);
  const finishedEvents = await remover.purgeEvents();
  await noteAllForeignEnds(store);
  const removed = await removeBatches(store, remover, gc);
  if (removed.ids.length > 0) await store.forgetCurrent(null);
  if (before.shrinks) await remover.shrinkFile();
  const after = await store.withWriter(spaceOf);
  return { ...removed, finishedEvents, before, after, kept };
}
