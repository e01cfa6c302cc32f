import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { appendEvent, type LoggedType, MAX_CONTENT_BYTES } from "../store/events.ts";
import { isActive } from "../store/rows.ts";
import { redact } from "../text/redact.ts";
import { redactJson } from "../text/redact-json.ts";
import { cutToBytes } from "../text/text.ts";
import { toTimestamp } from "../text/time.ts";
import { emptyId, inheritedId, type Reference, resolveSession, sessionNotFound } from "./which.ts";

export interface LogInput {
  readonly type: LoggedType;
  readonly content: string;
  /** The number of bytes that `content` lacks because it was cut. */
  readonly omittedBytes: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly id: string | undefined;
}

/** Where the event was stored. `skipped` says why it wasn't, if a session was named. */
export type LogResult =
  | { readonly kind: "written"; readonly sessionId: string }
  | { readonly kind: "skipped"; readonly because: UserError | null };

function whySkipped(reference: Reference): UserError | null {
  if (reference.kind === "none") return null;
  if (reference.kind === "unknown") return sessionNotFound(reference.id);
  if (!reference.named) return null;
  return new UserError("session_ended", `session already ended: ${reference.session.id}`);
}

function storedMetadata(metadata: Readonly<Record<string, unknown>>): Record<string, unknown> {
  // memtomem uses `provenance` for its own claim about how the row was written.
  const { provenance: _, ...rest } = redactJson(metadata) as Record<string, unknown>;
  return rest;
}

/**
 * Adds an event to the named or current session if it is active.
 * @throws UserError `session_ambiguous`, or why the store can't be used
 */
export async function logActivity(
  ctx: Pick<Context, "env" | "now" | "store">,
  input: LogInput,
): Promise<LogResult> {
  if (input.id === "") throw emptyId();
  const store = await ctx.store();
  const content = cutToBytes(redact(input.content), MAX_CONTENT_BYTES, input.omittedBytes);
  const metadata = storedMetadata(input.metadata);
  if (!(await store.exists())) {
    const id = input.id ?? inheritedId(ctx.env);
    return {
      kind: "skipped",
      because: whySkipped(id === null ? { kind: "none" } : { kind: "unknown", id }),
    };
  }
  return await store.write(async (view): Promise<LogResult> => {
    const reference = await resolveSession(view, ctx.env, input.id);
    if (reference.kind !== "found" || !isActive(reference.session)) {
      return { kind: "skipped", because: whySkipped(reference) };
    }
    const sessionId = reference.session.id;
    const createdAt = toTimestamp(ctx.now());
    appendEvent(view.db, { sessionId, type: input.type, content, createdAt, metadata, own: null });
    return { kind: "written", sessionId };
  });
}
