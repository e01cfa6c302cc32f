import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { removeCalls, spooledCalls } from "../files/spool.ts";
import { eraseDeletedFromIndex } from "../search/search.ts";
import { sessionNotFound } from "../sessions/which.ts";
import type { Connection } from "../store/connection.ts";
import { countEvents } from "../store/events.ts";
import type { Store } from "../store/store.ts";
import { Cascade } from "./cascade/sql.ts";
import { findReferences } from "./foreign-keys.ts";
import { type DeleteInput, type Doomed, type OtherRows, othersOf, planDeletion } from "./plan.ts";
import { Remover } from "./slices.ts";
import { spaceOf } from "./space.ts";
import { removable, type TakenOut, takeOutSessions } from "./sql.ts";

type Needs = Pick<Context, "env" | "elapsedMicros" | "now" | "store" | "warnings">;

/** What went with sessions that are gone. */
interface Removed {
  readonly sessions: readonly TakenOut[];
  /** Rows of other programs, by the session's id. */
  readonly others: ReadonlyMap<string, readonly OtherRows[]>;
}

/** A trigger, a CHECK or the like of another program's table may refuse what its foreign key allows. */
function explainRefusal(error: unknown): unknown {
  const isRefusal = /^SQLITE_(CONSTRAINT|MISMATCH)/u.test(codeOf(error));
  if (!isRefusal) return error;
  return new UserError(
    "session_protected",
    `no session was deleted: a table that refers to one forbids it: ${(error as Error).message}`,
    "remove its rows with the program that they belong to",
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
 * Takes out all of these sessions with the rows of others that hang on them, or throws, inside a transaction.
 * Without a cascade they go only where nothing hangs on them.
 */
function takeOutAll(db: Connection, ids: readonly string[], cascade: Cascade | null): Removed {
  const condition = cascade === null ? removable(findReferences(db)) : "TRUE";
  const others: Removed["others"] =
    cascade === null ? new Map() : perform(cascade.isCurrent ? cascade : new Cascade(db, ids));
  const sessions = takeOutSessions(db, ids, condition, null);
  const gone = new Set(sessions.map(({ id }) => id));
  const changed = ids.find((id) => !gone.has(id));
  if (changed === undefined) return { sessions, others };
  const what = ids.length === 1 ? "and was not deleted" : "and none was deleted";
  throw new UserError(
    "session_active",
    `session ${changed} has changed meanwhile ${what}`,
    "look at it with `mm session list`, then run this again",
  );
}

/** What has gone may be more than was planned: others may have written meanwhile. */
function asRemoved(db: Connection, one: Doomed, { others }: Removed): Doomed {
  const { id } = one.session;
  const left = one.others.filter(({ effect }) => effect === "left");
  return { ...one, events: countEvents(db, id), others: [...(others.get(id) ?? []), ...left] };
}

async function remove(ctx: Needs, store: Store, doomed: readonly Doomed[], input: DeleteInput) {
  const remover = new Remover(ctx, store, { untilMicros: null, onEvents: () => undefined });
  const ids = doomed.map(({ session }) => session.id);
  const spooled = spooledCalls(`${store.home}/spool`);
  // Looking for what hangs on them takes longer than the lock should be held.
  const cascade = input.force ? await store.withWriter((db) => new Cascade(db, ids)) : null;
  const removed = await remover.takeOutBy(({ db }) => takeOutAll(db, ids, cascade));
  const result = await store.withWriter((db) => doomed.map((one) => asRemoved(db, one, removed)));
  for (const { id, agentId, externalId } of removed.sessions) {
    removeCalls(
      spooled.filter((call) => call.agentId === agentId && call.externalId === externalId),
    );
    await store.forgetCurrent(id);
  }
  await remover.removeLeft();
  const shrinks = await store.withWriter((db) => spaceOf(db).shrinks);
  if (shrinks) await remover.giveBack();
  return result;
}

/**
 * Deletes sessions that have ended, with their words in the search index: all or, where one of them can't be, none.
 * @throws UserError `session_not_found`, `session_ambiguous`, `session_active`, `session_protected`
 */
export async function deleteSessions(ctx: Needs, input: DeleteInput): Promise<Doomed[]> {
  const store = await ctx.store();
  const doomed = await store.read((view) => planDeletion(view, ctx.env, input));
  if (doomed === undefined) throw sessionNotFound(input.ids[0] ?? "");
  if (input.dryRun) return doomed;
  const removed = await remove(ctx, store, doomed, input);
  await eraseDeletedFromIndex(ctx, store);
  return removed;
}
