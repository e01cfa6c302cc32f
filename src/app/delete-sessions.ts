import type { Context } from "../context.ts";
import { isActive, type Session } from "../domain/session.ts";
import { UserError } from "../errors.ts";
import { countEvents } from "../store/events.ts";
import { countReferring, findReferences, type Reference } from "../store/references.ts";
import { isMadeByMm, removable } from "../store/removal.ts";
import { spaceOf } from "../store/space.ts";
import { removeCalls, spooledCalls } from "../store/spooled-sessions.ts";
import type { Store, View } from "../store/store.ts";
import { resolveSession } from "./current-session.ts";
import { Remover } from "./remover.ts";

type Needs = Pick<Context, "env" | "elapsedMicros" | "store">;

/** Rows of another program's table that name the session. */
interface OtherRows {
  readonly table: string;
  readonly rows: number;
  /** They go with the session, no longer name it, or stay and name what is no more. */
  readonly effect: "deleted" | "cleared" | "left";
}

/** A session that is to go, with what goes with it. */
export interface Doomed {
  readonly session: Session;
  readonly events: number;
  readonly madeByMm: boolean;
  readonly others: readonly OtherRows[];
  readonly references: readonly Reference[];
}

export interface DeleteInput {
  /** Ids, or beginnings of them. */
  readonly ids: readonly string[];
  readonly force: boolean;
  readonly dryRun: boolean;
  onEvents(removed: number): void;
}

function effectOf({ onDelete }: Reference): OtherRows["effect"] | null {
  if (onDelete === null) return "left";
  return onDelete === "CASCADE" ? "deleted" : onDelete === "SET NULL" ? "cleared" : null;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What would go along, for people: `3 events, 2 rows of memory_candidates`. */
export function whatGoes({ events, others }: Doomed): string {
  const rows = others
    .filter(({ effect }) => effect === "deleted")
    .map(({ table, rows }) => `${plural(rows, "row")} of ${table}`);
  return [plural(events, "event"), ...rows].join(", ");
}

function othersOf(view: View, id: string, references: readonly Reference[]) {
  const counted = references
    .map((reference) => ({ reference, rows: countReferring(view.db, reference, id) }))
    .filter(({ rows }) => rows > 0);
  const others = counted.map(({ reference, rows }): OtherRows => {
    const { table } = reference;
    const effect = effectOf(reference);
    if (effect !== null) return { table, rows, effect };
    throw new UserError(
      "session_protected",
      `session ${id} can't be deleted: ${plural(rows, "row")} of ${table} refer to it, and that table forbids it`,
      "remove them with the program that they belong to",
    );
  });
  return { references: counted.map(({ reference }) => reference), others };
}

function requireForce(doomed: Doomed): void {
  const { session, madeByMm, others } = doomed;
  const tables = others.map(({ table, rows }) => `${plural(rows, "row")} of ${table}`);
  const reasons = [
    !madeByMm && "mm didn't make it",
    tables.length > 0 && `${tables.join(" and ")} refer to it`,
  ].filter((reason) => reason !== false);
  if (reasons.length === 0) return;
  throw new UserError(
    "session_protected",
    `session ${session.id} was not deleted: ${reasons.join(", and ")}`,
    `--force deletes it with ${whatGoes(doomed)}`,
  );
}

async function findSession(view: View, env: Context["env"], id: string): Promise<Session> {
  const reference = await resolveSession(view, env, id);
  if (reference.kind !== "found") {
    const hint = "`mm session list` shows them";
    throw new UserError("session_not_found", `session not found: ${id}`, hint);
  }
  const { session } = reference;
  if (!isActive(session)) return session;
  throw new UserError(
    "session_active",
    `session ${session.id} is active`,
    `end it first: mm session end ${session.id}`,
  );
}

async function plan(view: View, env: Context["env"], input: DeleteInput): Promise<Doomed[]> {
  const found = findReferences(view.db);
  const doomed = new Map<string, Doomed>();
  for (const id of input.ids) {
    const session = await findSession(view, env, id);
    const one = {
      session,
      events: countEvents(view.db, session.id),
      madeByMm: view.hasOwnTables && isMadeByMm(view.db, session.id),
      ...othersOf(view, session.id, found),
    };
    if (!input.force) requireForce(one);
    doomed.set(session.id, one);
  }
  return [...doomed.values()];
}

async function remove(ctx: Needs, store: Store, doomed: readonly Doomed[], input: DeleteInput) {
  const remover = new Remover(ctx, store, { untilMicros: null, onEvents: input.onEvents });
  const found = await store.read(({ db }) => findReferences(db));
  const condition = input.force ? "TRUE" : removable(found ?? []);
  const spooled = spooledCalls(`${store.home}/spool`);
  for (const { session, references } of doomed) {
    if (input.force) await remover.release(session.id, references);
    const [gone] = await remover.takeOut([session.id], condition, null);
    if (gone === undefined) {
      throw new UserError(
        "session_active",
        `session ${session.id} has changed meanwhile and was not deleted`,
        "look at it with `mm session list`, then run this again",
      );
    }
    removeCalls(
      spooled.filter(
        (call) => call.agentId === gone.agentId && call.externalId === gone.externalId,
      ),
    );
    await store.forgetCurrent(session.id);
    await remover.removeLeft();
  }
  const shrinks = await store.withWriter((db) => spaceOf(db).shrinks);
  if (shrinks) await remover.giveBack();
}

/**
 * Deletes sessions that have ended, all or, where one of them can't be, none.
 * @throws UserError `session_not_found`, `session_ambiguous`, `session_active`, `session_protected`
 */
export async function deleteSessions(ctx: Needs, input: DeleteInput): Promise<Doomed[]> {
  const store = await ctx.store();
  const doomed = await store.read((view) => plan(view, ctx.env, input));
  if (doomed === undefined) {
    throw new UserError(
      "session_not_found",
      `session not found: ${input.ids[0]}`,
      "`mm session list` shows them",
    );
  }
  if (!input.dryRun) await remove(ctx, store, doomed, input);
  return doomed;
}
