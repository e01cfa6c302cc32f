import { safeText } from "../../record/content.ts";
import type { Connection } from "../../store/connection.ts";
import { type ToldSession, titledSessions } from "../../store/history/sessions.ts";
import type { TitleSource } from "../../store/rows.ts";
import { renameSession, replacesTitle } from "../../store/sessions.ts";
import type { Store } from "../../store/store.ts";
import type { SessionTake } from "./take.ts";

/** Whether a title that the agent tells is one to store. */
function isBetter(from: string | null): boolean {
  // Of an agent's titles the last one counts.
  return from === "client" || replacesTitle("client", from as TitleSource | null);
}

/** Stores the titles that an agent keeps apart from its transcripts, by its own ids of sessions. */
export async function storeTitles(
  store: Store,
  agentId: string,
  titles: ReadonlyMap<string, string>,
): Promise<void> {
  if (titles.size === 0) return;
  const ids = [...titles.keys()];
  const stored = (await store.read(({ db }) => titledSessions(db, agentId, ids))) ?? [];
  const others = stored.flatMap(({ id, externalId, titleFrom, title }) => {
    const told = safeText(titles.get(externalId) ?? null);
    return told !== null && told !== title && isBetter(titleFrom) ? [{ id, told }] : [];
  });
  if (others.length === 0) return;
  await store.write(({ db }) => {
    for (const { id, told } of others) renameSession(db, id, told, "client");
  });
}

/** Gives a session the best title that is known, inside the caller's transaction. */
export function entitle(
  db: Connection,
  told: ToldSession,
  take: SessionTake,
  isKept: boolean,
): void {
  const from = told.titleFrom as Parameters<typeof replacesTitle>[1];
  const own = isKept ? safeText(take.session.title) : null;
  if (own !== null && isBetter(from)) {
    renameSession(db, told.id, own, "client");
  } else if (
    own === null &&
    take.title !== null &&
    (isPrompts(take, from) || replacesTitle(take.title.from, from))
  ) {
    renameSession(db, told.id, take.title.text, take.title.from);
  }
}

/** Whether the present title may be that of a copied prompt. */
function isPrompts({ hasDropped }: SessionTake, from: string | null): boolean {
  return hasDropped && from !== "client" && from !== "person";
}
