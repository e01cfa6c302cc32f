import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { inheritedId, missingSession, resolveSession, sessionToRead } from "../sessions/which.ts";
import { isActive } from "../store/rows.ts";
import { sessionDetails } from "./sql.ts";
import { type EventRange, type EventSlice, eventPage } from "./statements.ts";

/** Which events of which session. An undefined id is the current session. */
export interface EventsRequest extends EventRange {
  readonly id: string | undefined;
  /** Whether to fall back to the session that was last active if none is current. */
  readonly fallsBack: boolean;
}

export interface ListedEvents extends EventSlice {
  readonly sessionId: string;
  /** Where the session works. */
  readonly root: string | null;
}

function missing(id: string | null): UserError {
  return id === null
    ? new UserError("no_session", "No session ID provided and no active session.")
    : missingSession(id);
}

/**
 * The events of a session in the order they happened.
 * @throws UserError `no_session`, `session_not_found`, `session_ambiguous`, `usage` for an empty id
 */
export async function listEvents(
  ctx: Pick<Context, "env" | "store">,
  { id, fallsBack, ...range }: EventsRequest,
): Promise<ListedEvents> {
  const store = await ctx.store();
  const found = await store.read(async (view) => {
    const reference = await (fallsBack ? sessionToRead : resolveSession)(view, ctx.env, id);
    if (reference.kind !== "found") return reference;
    const { session, named } = reference;
    if (!fallsBack && !named && !isActive(session)) return { kind: "none" as const };
    const page = eventPage(view.db, session.id, range);
    const { root, cwd } = sessionDetails(view, session.id);
    return { kind: "events" as const, sessionId: session.id, root: root ?? cwd, ...page };
  });
  if (found?.kind === "events") return found;
  throw missing(found?.kind === "unknown" ? found.id : (id ?? inheritedId(ctx.env)));
}
