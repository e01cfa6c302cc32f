import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { logTyped } from "../sessions/log-typed.ts";

/**
 * Adds a note to the named or current session; `-` reads it from standard input.
 * @returns the session's id
 * @throws UserError `no_session`, `session_not_found`, `session_ended`, `session_ambiguous`, or why it can't be written
 */
export async function addNote(
  ctx: Pick<Context, "env" | "now" | "readStdin" | "store">,
  content: string,
  id: string | undefined,
): Promise<string> {
  if (content.trim() === "") {
    throw new UserError("usage", "the note is empty", "for example: mm note keep the old format");
  }
  const outcome = await logTyped(ctx, { type: "note", content, meta: undefined, id });
  if (outcome.kind === "written") return outcome.sessionId;
  if (outcome.kind === "failed") throw outcome.error;
  const because = outcome.kind === "skipped" ? outcome.because : null;
  if (because !== null) throw because;
  const hint = "name one: --session ID, or --session last; `mm ps` shows those that are live";
  throw new UserError("no_session", "no session is current in this shell", hint);
}
