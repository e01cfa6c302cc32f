import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { eraseDeletedFromIndex } from "../search/text-index/use.ts";
import { missingSession } from "../sessions/which.ts";
import { loadSettings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { countEvents } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { isSynced, noteTombstones } from "../sync/tombstones/sql.ts";
import { Cascade } from "./cascade/sql.ts";
import { listReferences } from "./foreign-keys.ts";
import { type DeleteInput, type Deletion, type OtherRows, othersOf, planDeletion } from "./plan.ts";
import { Remover } from "./slices.ts";
import { spaceOf } from "./space.ts";
import { removeCalls, spooledCalls } from "./spooled/calls.ts";
import { countEnded, type DeletedSession, deleteSessionRows, removable } from "./sql.ts";

type Needs = Pick<Context, "env" | "elapsedMicros" | "now" | "store" | "warnings">;

/** The deleted sessions, and what was deleted with them. */
interface Removed {
  readonly sessions: readonly DeletedSession[];
  /** Rows of other programs, by session id. */
  readonly others: ReadonlyMap<string, readonly OtherRows[]>;
}

/** Explains a refusal by a trigger or a CHECK of another program's table, although its foreign key allows it. */
function explainRefusal(error: unknown): unknown {
  const isRefusal = /^SQLITE_(CONSTRAINT|MISMATCH)/u.test(codeOf(error));
  if (!isRefusal) return error;
  return new UserError(
    "session_protected",
    `no session was deleted: a table that refers to one forbids it: ${(error as Error).message}`,
    "remove its rows with the program that owns them",
  );
}

function perform(cascade: Cascade): Removed["others"] {
  const others = othersOf(cascade);
  try {
    cascade.perform();
  } catch (error) {
    throw explainRefusal(error);
  }
  return others;
}

/**
 * Deletes all of these sessions with the rows of other programs that depend on them, or throws, inside a
 * transaction. Without a cascade it deletes only sessions that nothing depends on.
 */
function deleteAll(
  db: Connection,
  ids: readonly string[],
  cascade: Cascade | null,
  now: number,
): Removed {
  const condition = cascade === null ? removable(listReferences(db)) : "TRUE";
  const others: Removed["others"] =
    cascade === null ? new Map() : perform(cascade.isCurrent ? cascade : new Cascade(db, ids));
  const sessions = deleteSessionRows(db, ids, condition, { before: null, now });
  const deleted = new Set(sessions.map(({ id }) => id));
  const changed = ids.find((id) => !deleted.has(id));
  if (changed === undefined) return { sessions, others };
  const what = ids.length === 1 ? "and was not deleted" : "and none was deleted";
  throw new UserError(
    "session_active",
    `session ${changed} has changed in the meantime ${what}`,
    "look at it with `mm session list`, then run this again",
  );
}

/** What was deleted. It may be more than planned, because others may have written in the meantime. */
function asRemoved(db: Connection, planned: Deletion, { others }: Removed): Deletion {
  const { id } = planned.session;
  const left = planned.others.filter(({ effect }) => effect === "left");
  return { ...planned, events: countEvents(db, id), others: [...(others.get(id) ?? []), ...left] };
}

async function remove(
  ctx: Needs,
  store: Store,
  deletions: readonly Deletion[],
  input: DeleteInput,
) {
  const remover = new Remover(ctx, store, { untilMicros: null, onEvents: () => undefined });
  const ids = deletions.map(({ session }) => session.id);
  const spooled = spooledCalls(`${store.home}/spool`);
  // Finding what depends on the sessions takes longer than the lock should be held.
  const cascade = input.force ? await store.withWriter((db) => new Cascade(db, ids)) : null;
  const { sync } = await loadSettings(store.home, () => undefined);
  const isSetUp = Object.keys(sync).length > 0;
  const now = ctx.now().getTime();
  const removed = await remover.deleteBy(({ db }) => {
    if (isSetUp || isSynced(db, store.databasePath)) noteTombstones(db, ids, now);
    return deleteAll(db, ids, cascade, now);
  });
  const result = await store.withWriter((db) =>
    deletions.map((one) => asRemoved(db, one, removed)),
  );
  for (const { id, agentId, externalId } of removed.sessions) {
    removeCalls(
      spooled.filter((call) => call.agentId === agentId && call.externalId === externalId),
    );
    await store.forgetCurrent(id);
  }
  await remover.purgeEvents();
  const shrinks = await store.withWriter((db) => spaceOf(db).shrinks);
  if (shrinks) await remover.shrinkFile();
  return result;
}

/** Gets what was planned and the number of ended sessions, and throws unless they are meant to go. */
type DeletionConsent = (planned: readonly Deletion[], ended: number) => Promise<void>;

/**
 * Deletes ended sessions, also from the search index. If one of them can't be deleted, none is.
 * @param consent null asks nobody
 * @throws UserError `session_not_found`, `session_ambiguous`, `session_active`, `session_protected`
 */
export async function deleteSessions(
  ctx: Needs,
  input: DeleteInput,
  consent: DeletionConsent | null,
): Promise<Deletion[]> {
  const store = await ctx.store();
  const deletions = await store.read((view) => planDeletion(view, ctx.env, input));
  if (deletions === undefined) throw missingSession(input.ids[0] ?? "");
  if (input.dryRun) return deletions;
  await consent?.(deletions, (await store.read(({ db }) => countEnded(db))) ?? 0);
  const removed = await remove(ctx, store, deletions, input);
  await eraseDeletedFromIndex(ctx, store);
  return removed;
}
