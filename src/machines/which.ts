import { UserError } from "../errors.ts";
import { LAST, sessionToRead } from "../sessions/which.ts";
import type { ReadStore, ReadStores } from "./model.ts";
import { lastSign } from "./sql.ts";

/** A session that a command is about, as far as it was named, and where it is read. */
export interface Located {
  readonly from: ReadStore;
  readonly id: string | undefined;
}

interface Candidate {
  readonly from: ReadStore;
  readonly id: string;
  /** Its last sign of life, in milliseconds since 1970. */
  readonly lastMs: number;
}

/** The session that a store has; none where it has no such one. @throws UserError `session_ambiguous` */
async function candidateIn(from: ReadStore, id: string | undefined): Promise<Candidate[]> {
  const store = await from.ctx.store();
  const found = await store.read(async (view) => {
    const reference = await sessionToRead(view, from.ctx.env, id);
    if (reference.kind !== "found") return [];
    const { session } = reference;
    return [{ from, id: session.id, lastMs: lastSign(view.db, session.id) }];
  });
  return found ?? [];
}

/** Which session is current is known on this machine alone. */
function idIn({ machines }: ReadStore, id: string | undefined): string | undefined {
  return machines?.areOthers === true ? (id ?? LAST) : id;
}

/** Of two that begin with the same characters, neither may be meant. @throws UserError `session_ambiguous` */
function pick(candidates: readonly Candidate[], id: string | undefined): Candidate | undefined {
  const [first, second] = candidates;
  if (first === undefined || second === undefined || id === undefined) return first;
  if (id === LAST) return second.lastMs > first.lastMs ? second : first;
  const exact = candidates.find((each) => each.id === id);
  if (exact !== undefined || first.id === second.id) return exact ?? first;
  throw new UserError(
    "session_ambiguous",
    `several session ids start with ${id}: ${first.id}, ${second.id}`,
    "type more characters of the id",
  );
}

/**
 * Finds out which store has the session. Where none has, the first is asked for it, and says so.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function whereIs(stores: ReadStores, id: string | undefined): Promise<Located> {
  const [first, ...others] = stores;
  if (others.length === 0) return { from: first, id: idIn(first, id) };
  const candidates: Candidate[] = [];
  for (const from of stores) candidates.push(...(await candidateIn(from, idIn(from, id))));
  return pick(candidates, id) ?? { from: first, id };
}
