import type { Context } from "../context.ts";
import { logActivity } from "../sessions/log.ts";
import { redact } from "../text/redact.ts";
import { toTimestamp } from "../text/time.ts";
import { Declined } from "./explain.ts";
import { word } from "./fence.ts";
import { wasNoted } from "./sql.ts";

/** A note that an agent makes. */
export interface Note {
  readonly text: string;
  readonly kind: "decision" | "note";
}

/** The same again within this time is a call that was repeated. */
const AGAIN_MS = 60_000;

/** Adds a note to a session. @throws UserError, Declined */
export async function noteIn(ctx: Context, { text, kind }: Note, id: string): Promise<string> {
  const store = await ctx.store();
  const since = toTimestamp(new Date(ctx.now().getTime() - AGAIN_MS));
  const content = redact(text);
  const isRepeated = await store.read(({ db }) => wasNoted(db, id, { type: kind, content }, since));
  if (isRepeated === true) return `Already recorded in session ${word(id)}.`;
  const input = { type: kind, content: text, omittedBytes: 0, metadata: { via: "mcp" }, id };
  const logged = await logActivity(ctx, input);
  if (logged.kind === "written") return `Recorded in session ${word(logged.sessionId)}.`;
  throw logged.because ?? new Declined("there is no such session", "search_sessions {} lists ids");
}
