import type { Context } from "../context.ts";
import { spooledCalls } from "../files/spool.ts";
import type { Connection } from "../store/connection.ts";
import { noteForeignEnds } from "../store/ends.ts";
import { findSessionByExternalId } from "../store/rows.ts";
import type { Store, View } from "../store/store.ts";
import { findReferences } from "./foreign-keys.ts";
import { type Limits, type Reason, whyRemoved } from "./limits.ts";
import { type Removed, Remover, type RemoverOptions } from "./slices.ts";
import { type Space, spaceOf } from "./space.ts";
import {
  countKept,
  countLeftEvents,
  type Kept,
  listRemovable,
  type Removable,
  removable,
} from "./sql.ts";
import type { TableReference } from "./statements.ts";

type Needs = Pick<Context, "elapsedMicros">;

/** What there is to be done, as it was when it was looked at. */
export interface GcPlan {
  readonly limits: Limits;
  /** Oldest first; not all of them need go where the limit is a size. */
  readonly candidates: readonly Removable[];
  readonly references: readonly TableReference[];
  readonly kept: Kept;
  readonly space: Space;
  /** Events that a removal left which was cut short. */
  readonly leftEvents: number;
  /** Whether `mm` has written to the database; one that it hasn't is left alone. */
  readonly isAdopted: boolean;
}

export interface GcResult {
  /** Oldest first. */
  readonly ids: readonly string[];
  readonly events: number;
  readonly leftEvents: number;
  readonly before: Space;
  readonly after: Space;
  readonly kept: Kept;
}

/** Whether no more than the limit is in use now; null where there is no such limit. */
export function isUnder({ after }: GcResult, { maxBytes }: Limits): boolean | null {
  return maxBytes === null ? null : after.used <= maxBytes;
}

const NOTHING_KEPT: Kept = { notMadeByMm: 0, referredTo: 0 };

function hasLimit({ before, maxBytes }: Limits): boolean {
  return before !== null || maxBytes !== null;
}

/** What is still to come in for a session is a sign of its life. */
function idsInSpool(db: Connection, home: string): Set<string> {
  const found = spooledCalls(`${home}/spool`).map(({ agentId, externalId }) =>
    findSessionByExternalId(db, agentId, externalId),
  );
  return new Set(found.flatMap((session) => (session === null ? [] : [session.id])));
}

function plan(view: View, home: string, limits: Limits, most: number): GcPlan {
  const { db, isAdopted } = view;
  const space = spaceOf(db);
  const references = findReferences(db);
  // Where a size decides, age doesn't bound what may go.
  const before = limits.maxBytes === null ? limits.before : null;
  const needed = hasLimit(limits);
  const kept = needed ? countKept(db, references, before) : NOTHING_KEPT;
  const spooled = needed ? idsInSpool(db, home) : new Set();
  const candidates = needed ? listRemovable(db, references, before, most) : [];
  return {
    limits,
    candidates: candidates.filter(({ id }) => !spooled.has(id)),
    references,
    kept,
    space,
    leftEvents: countLeftEvents(db),
    isAdopted,
  };
}

/**
 * Looks what there is to be done, and changes nothing. At most `most` sessions, -1 for all.
 * @returns undefined where nothing has been stored yet
 */
export async function planGc(store: Store, limits: Limits, most = -1): Promise<GcPlan | undefined> {
  return await store.read((view) => plan(view, store.home, limits, most));
}

/** The first of these sessions, as long as they go for the same reason. */
function nextBatch(
  candidates: readonly Removable[],
  used: number,
  limits: Limits,
): { readonly reason: Reason; readonly ids: string[] } | null {
  const [first] = candidates;
  const reason = first === undefined ? null : whyRemoved(first.lastSignAt, used, limits);
  if (reason === null) return null;
  const ids: string[] = [];
  // Each that goes for its size may be the last that has to.
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
    const gone = await remover.takeOut(batch.ids, condition, before);
    ids.push(...gone.map(({ id }) => id));
    events += await remover.removeLeft();
    from += batch.ids.length;
  }
  return { ids, events };
}

const ENDS_AT_ONCE = 1000;

/** In short transactions; each session that a hook starts brings up to a hundred in step. */
async function noteAllForeignEnds(store: Removed): Promise<void> {
  for (let noted = ENDS_AT_ONCE; noted === ENDS_AT_ONCE; ) {
    noted = await store.write(({ db }) => noteForeignEnds(db, ENDS_AT_ONCE));
  }
}

/** Does what was planned, as far as it still holds, and gives the space back. */
export async function performGc(
  ctx: Needs,
  store: Removed,
  gc: GcPlan,
  options: RemoverOptions,
): Promise<GcResult> {
  const { kept } = gc;
  const remover = new Remover(ctx, store, options);
  const before = await store.withWriter(spaceOf);
  const leftEvents = await remover.removeLeft();
  await noteAllForeignEnds(store);
  const removed = await removeBatches(store, remover, gc);
  if (removed.ids.length > 0) await store.forgetCurrent(null);
  if (before.shrinks) await remover.giveBack();
  const after = await store.withWriter(spaceOf);
  return { ...removed, leftEvents, before, after, kept };
}
