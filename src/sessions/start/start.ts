import type { Context } from "../../context.ts";
import type { StartInput, StartResult } from "./model.ts";
import { momentOf, resumeWithoutLock } from "./resume.ts";

/**
 * Starts a session or, if idempotent, returns the agent's active one.
 * @throws UserError if the store can't be used; then nothing has changed
 */
export async function startSession(
  ctx: Pick<Context, "env" | "cwd" | "now" | "newId" | "store">,
  input: StartInput,
): Promise<StartResult> {
  const moment = momentOf(ctx.now(), input.staleAfter);
  const quick = input.idempotent ? await resumeWithoutLock(ctx, input, moment) : null;
  if (quick !== null) return quick;
  // Loaded by those alone who need it: most calls are resumes.
  return await (await import("./create.ts")).startUnderLock(ctx, input, moment);
}
