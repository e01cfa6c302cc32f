import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { type LoggedType, MAX_CONTENT_BYTES } from "../store/events.ts";
import { parseJsonText } from "../text/json.ts";
import { isObject } from "../text/text.ts";
import { type LogResult, logActivity } from "./log.ts";

/** An event from the command line. */
interface Typed {
  readonly type: LoggedType;
  /** `-` is standard input. */
  readonly content: string;
  /** A JSON object. */
  readonly meta: string | undefined;
  readonly id: string | undefined;
}

/** The outcome. A hook must not disturb its agent, so a failed write is returned and not thrown. */
export type LogOutcome =
  | LogResult
  | { readonly kind: "failed"; readonly error: UserError }
  | { readonly kind: "invalid_meta" };

/** Content from stdin is read up to this size. The rest is only counted. */
const MAX_STDIN_BYTES = 2 * MAX_CONTENT_BYTES;
/** A cut may go through a secret, so this much before it is dropped too. */
const CUT_MARGIN_BYTES = 16_384;

async function readContent(ctx: Pick<Context, "readStdin">, given: string) {
  if (given !== "-") return { content: given, omittedBytes: 0 };
  const { head, total } = await ctx.readStdin(MAX_STDIN_BYTES);
  const kept = total > head.length ? head.subarray(0, -CUT_MARGIN_BYTES) : head;
  return { content: new TextDecoder().decode(kept), omittedBytes: total - kept.length };
}

function parseMeta(text: string | undefined): Readonly<Record<string, unknown>> | null {
  if (text === undefined) return {};
  try {
    const value = parseJsonText(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Turns even unexpected errors into an outcome, so that they don't disturb the agent. */
function asOutcome(error: unknown): LogOutcome {
  if (!(error instanceof UserError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", error: new UserError("internal", message) };
  }
  if (error.exitCode === 2) throw error;
  return error.code === "session_ambiguous"
    ? { kind: "skipped", because: error }
    : { kind: "failed", error };
}

/**
 * Adds an event to the named or current session if it is active.
 * @throws UserError only for wrong usage
 */
export async function logTyped(
  ctx: Pick<Context, "env" | "now" | "readStdin" | "store">,
  { type, content, meta, id }: Typed,
): Promise<LogOutcome> {
  const metadata = parseMeta(meta);
  if (metadata === null) return { kind: "invalid_meta" };
  try {
    const read = await readContent(ctx, content);
    return await logActivity(ctx, { type, ...read, metadata, id });
  } catch (error) {
    return asOutcome(error);
  }
}
