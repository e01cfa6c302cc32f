import type { Env } from "../context.ts";
import { UserError } from "../errors.ts";
import { lastStartedSession } from "../show/details.ts";
import type { View } from "../store/store.ts";
import { type Reference, resolveSession } from "./which.ts";

/** What reading commands take for the id of the session that was started last. */
export const LAST = "last";

/**
 * As `resolveSession`, for commands that change nothing: `last` is the session that was started last.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function sessionToRead(
  view: View,
  env: Env,
  id: string | undefined,
): Promise<Reference> {
  if (id !== LAST) return await resolveSession(view, env, id);
  const session = lastStartedSession(view.db);
  return session === null ? { kind: "none" } : { kind: "found", session, named: true };
}

/** Why there is nothing to read: the session that was named isn't there or, for `last`, none is. */
export function missingSession(id: string): UserError {
  if (id === "") return new UserError("usage", "the session id is empty");
  return id === LAST
    ? new UserError("no_session", "there is no session yet", "`mm session start` starts one")
    : new UserError(
        "session_not_found",
        `session not found: ${id}`,
        "`mm session list` shows them",
      );
}
