import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { resolveSession, sessionNotFound } from "../sessions/which.ts";
import type { Connection } from "../store/connection.ts";
import { countEvents } from "../store/events.ts";
import { isActive, type Session } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { counted } from "../text/text.ts";
import { Cascade, type Consequence } from "./cascade/sql.ts";
import { countReferring, findReferences } from "./foreign-keys.ts";
import { isMadeByMm } from "./sql.ts";

/** Rows of another program's table that the deletion of a session touches. */
export interface OtherRows {
  readonly table: string;
  readonly rows: number;
  /** They go with the session, no longer name what goes, or stay and name what is no more. */
  readonly effect: "deleted" | "cleared" | "left";
  /** Whether they name the session or its events, and not only other rows that go. */
  readonly isDirect: boolean;
}

/** A session that is to go, with what goes with it. */
export interface Doomed {
  readonly session: Session;
  readonly events: number;
  readonly madeByMm: boolean;
  readonly others: readonly OtherRows[];
}

export interface DeleteInput {
  /** Ids, or beginnings of them. */
  readonly ids: readonly string[];
  readonly force: boolean;
  readonly dryRun: boolean;
}

function rowsOf(table: string, rows: number): string {
  return `${counted(rows, "row", "rows")} of ${table}`;
}

/** What would go along, for people: `3 events, 2 rows of memory_candidates`. */
export function whatGoes({ events, others }: Doomed): string {
  const rows = others
    .filter(({ effect }) => effect === "deleted")
    .map(({ table, rows }) => rowsOf(table, rows));
  return [counted(events, "event", "events"), ...rows].join(", ");
}

function requireUnforbidden(consequences: readonly Consequence[]): void {
  const forbidden = consequences.find(({ effect }) => effect === "forbidden");
  if (forbidden === undefined) return;
  const { sessionId, table, rows, isDirect } = forbidden;
  const what = isDirect ? "it" : "what would go with it";
  throw new UserError(
    "session_protected",
    `session ${sessionId} can't be deleted: ${rowsOf(table, rows)} refer to ${what}, and that table forbids it`,
    "remove them with the program that they belong to",
  );
}

/** @throws UserError `session_protected` where a table forbids it */
export function othersOf({ consequences }: Cascade): Map<string, OtherRows[]> {
  requireUnforbidden(consequences);
  const rows = consequences.flatMap(({ sessionId, effect, ...rest }) =>
    effect === "forbidden" ? [] : [{ sessionId, other: { effect, ...rest } }],
  );
  const groups = Map.groupBy(rows, ({ sessionId }) => sessionId);
  return new Map([...groups].map(([id, group]) => [id, group.map(({ other }) => other)]));
}

/** Rows that name a session without a foreign key, which nothing is done about. */
function leftOf(db: Connection, id: string): OtherRows[] {
  const unkept = findReferences(db).filter(({ isForeignKey }) => !isForeignKey);
  return unkept.flatMap((reference) => {
    const rows = countReferring(db, reference, id);
    return rows === 0 ? [] : [{ table: reference.table, rows, effect: "left", isDirect: true }];
  });
}

function requireForce(doomed: Doomed): void {
  const { session, madeByMm, others } = doomed;
  const tables = others
    .filter(({ isDirect }) => isDirect)
    .map(({ table, rows }) => rowsOf(table, rows));
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
  if (reference.kind !== "found") throw sessionNotFound(id);
  const { session } = reference;
  if (!isActive(session)) return session;
  throw new UserError(
    "session_active",
    `session ${session.id} is active`,
    `end it first: mm session end ${session.id}`,
  );
}

/**
 * What would go, each session once, in the order in which they are named.
 * @throws UserError `session_not_found`, `session_ambiguous`, `session_active`, `session_protected`
 */
export async function planDeletion(
  view: View,
  env: Context["env"],
  { ids, force }: DeleteInput,
): Promise<Doomed[]> {
  const { db } = view;
  const sessions = new Map<string, Session>();
  for (const id of ids) {
    const session = await findSession(view, env, id);
    sessions.set(session.id, session);
  }
  const others = othersOf(new Cascade(db, [...sessions.keys()]));
  return [...sessions.values()].map((session) => {
    const { id } = session;
    const doomed = {
      session,
      events: countEvents(db, id),
      madeByMm: isMadeByMm(db, id),
      others: [...(others.get(id) ?? []), ...leftOf(db, id)],
    };
    if (!force) requireForce(doomed);
    return doomed;
  });
}
