import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { missingSession, resolveSession } from "../sessions/which.ts";
import type { Connection } from "../store/connection.ts";
import { countEvents } from "../store/events.ts";
import { isActive, type Session } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { counted } from "../text/text.ts";
import { Cascade, type Consequence } from "./cascade/sql.ts";
import { countReferring, listReferences } from "./foreign-keys.ts";
import { isMadeByMm } from "./sql.ts";

/** Rows of another program's table that a session's deletion affects. */
export interface OtherRows {
  readonly table: string;
  readonly rows: number;
  /** They are deleted too, have their reference cleared, or keep a reference to what no longer exists. */
  readonly effect: "deleted" | "cleared" | "left";
  /** Whether they refer to the session or its events, not only to other rows that are deleted. */
  readonly isDirect: boolean;
}

/** A session to delete, with everything that its deletion affects. */
export interface Deletion {
  readonly session: Session;
  readonly events: number;
  readonly madeByMm: boolean;
  readonly others: readonly OtherRows[];
}

export interface DeleteInput {
  /** Ids, or prefixes of ids. */
  readonly ids: readonly string[];
  readonly force: boolean;
  readonly dryRun: boolean;
}

function rowsOf(table: string, rows: number): string {
  return `${counted(rows, "row")} of ${table}`;
}

/** What is deleted with the session, for people: `3 events, 2 rows of memory_candidates`. */
export function whatIsDeleted({ events, others }: Deletion): string {
  const rows = others
    .filter(({ effect }) => effect === "deleted")
    .map(({ table, rows }) => rowsOf(table, rows));
  return [counted(events, "event"), ...rows].join(", ");
}

function requireUnforbidden(consequences: readonly Consequence[]): void {
  const forbidden = consequences.find(({ effect }) => effect === "forbidden");
  if (forbidden === undefined) return;
  const { sessionId, table, rows, isDirect } = forbidden;
  const what = isDirect ? "it" : "what would be deleted with it";
  throw new UserError(
    "session_protected",
    `session ${sessionId} can't be deleted: ${rowsOf(table, rows)} refer to ${what}, and that table forbids it`,
    "remove them with the program that owns them",
  );
}

/** @throws UserError `session_protected` if a table forbids the deletion */
export function othersOf({ consequences }: Cascade): Map<string, OtherRows[]> {
  requireUnforbidden(consequences);
  const rows = consequences.flatMap(({ sessionId, effect, ...rest }) =>
    effect === "forbidden" ? [] : [{ sessionId, other: { effect, ...rest } }],
  );
  const groups = Map.groupBy(rows, ({ sessionId }) => sessionId);
  return new Map([...groups].map(([id, group]) => [id, group.map(({ other }) => other)]));
}

/** Rows that refer to a session without a foreign key. They stay as they are. */
function danglingRowsOf(db: Connection, id: string): OtherRows[] {
  const unkept = listReferences(db).filter(({ isForeignKey }) => !isForeignKey);
  return unkept.flatMap((reference) => {
    const rows = countReferring(db, reference, id);
    return rows === 0 ? [] : [{ table: reference.table, rows, effect: "left", isDirect: true }];
  });
}

function requireForce(deletion: Deletion): void {
  const { session, madeByMm, others } = deletion;
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
    `--force deletes it with ${whatIsDeleted(deletion)}`,
  );
}

async function endedSession(view: View, env: Context["env"], id: string): Promise<Session> {
  const reference = await resolveSession(view, env, id);
  if (reference.kind !== "found") throw missingSession(id);
  const { session } = reference;
  if (!isActive(session)) return session;
  throw new UserError(
    "session_active",
    `session ${session.id} is active`,
    `end it first: mm session end ${session.id}`,
  );
}

/**
 * Plans the deletion of these sessions, each once, in the order given.
 * @throws UserError `session_not_found`, `session_ambiguous`, `session_active`, `session_protected`
 */
export async function planDeletion(
  view: View,
  env: Context["env"],
  { ids, force }: DeleteInput,
): Promise<Deletion[]> {
  const { db } = view;
  const sessions = new Map<string, Session>();
  for (const id of ids) {
    const session = await endedSession(view, env, id);
    sessions.set(session.id, session);
  }
  const others = othersOf(new Cascade(db, [...sessions.keys()]));
  return [...sessions.values()].map((session) => {
    const { id } = session;
    const deletion = {
      session,
      events: countEvents(db, id),
      madeByMm: isMadeByMm(db, id),
      others: [...(others.get(id) ?? []), ...danglingRowsOf(db, id)],
    };
    if (!force) requireForce(deletion);
    return deletion;
  });
}
