import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { titleOf } from "../store/rows.ts";
import { renameSession } from "../store/sessions.ts";
import { redact } from "../text/redact.ts";
import { inheritedId, missingSession, resolveSession } from "./which.ts";

export interface Renamed {
  readonly id: string;
  readonly title: string;
  /** Null if it had none. */
  readonly previousTitle: string | null;
}

const NO_SESSION = new UserError(
  "no_session",
  "no session ID provided and no active session",
  "`mm session list` shows the ids",
);

/**
 * Sets the title of a session, active or ended. Neither the agent nor a prompt replaces it later.
 * @throws UserError `no_session`, `session_not_found`, `session_ambiguous`, `usage` for an empty title
 */
export async function rename(
  ctx: Pick<Context, "env" | "store">,
  id: string | undefined,
  newTitle: string,
): Promise<Renamed> {
  const title = redact(newTitle.trim());
  if (title === "") throw new UserError("usage", "the title is empty");
  const store = await ctx.store();
  // Without a database there is nothing to rename, so don't create one.
  if (!(await store.exists())) {
    const named = id ?? inheritedId(ctx.env);
    throw named === null ? NO_SESSION : missingSession(named);
  }
  return await store.write(async (view) => {
    const reference = await resolveSession(view, ctx.env, id);
    if (reference.kind === "unknown") throw missingSession(reference.id);
    if (reference.kind === "none") throw id === undefined ? NO_SESSION : missingSession(id);
    const { session } = reference;
    renameSession(view.db, session.id, title, "person");
    return { id: session.id, title, previousTitle: titleOf(session) };
  });
}
