import { type Answer, command } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { LOGGED_TYPES, MAX_CONTENT_BYTES } from "../store/events.ts";
import { isObject } from "../text/text.ts";
import { type LogResult, logActivity } from "./log.ts";

/** Content from stdin is read up to this size; what lies beyond is only counted. */
const MAX_STDIN_BYTES = 2 * MAX_CONTENT_BYTES;
/** Where stdin was cut, a secret may have been cut too, so the end of what was read goes. */
const CUT_MARGIN_BYTES = 16_384;

async function readContent(ctx: Context, given: string) {
  if (given !== "-") return { content: given, omittedBytes: 0 };
  const { head, total } = await ctx.readStdin(MAX_STDIN_BYTES);
  const kept = total > head.length ? head.subarray(0, -CUT_MARGIN_BYTES) : head;
  return { content: new TextDecoder().decode(kept), omittedBytes: total - kept.length };
}

function parseMeta(text: string | undefined): Readonly<Record<string, unknown>> | null {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const silent = () => "";

function answer(ctx: Context, result: LogResult, type: string): Answer {
  if (result.kind === "written") {
    return { data: { ok: true, session_id: result.sessionId, event_type: type }, text: silent };
  }
  if (result.because !== null) ctx.warnings.push(`nothing was logged: ${result.because}`);
  return { data: { ok: false, reason: "no_active_session" }, text: silent };
}

/** A hook must not disturb its agent: only --json tells a failed write by the exit code. */
function writeFailed(ctx: Context, error: UserError, json: boolean): Answer {
  const { message, hint } = error;
  if (!json)
    ctx.warnings.push(`nothing was logged: ${message}${hint === undefined ? "" : `; ${hint}`}`);
  return {
    data: { ok: false, reason: "write_failed", message },
    text: silent,
    exitCode: json ? 1 : 0,
  };
}

/** Nothing unforeseen disturbs an agent either. */
function asFailure(error: unknown): UserError {
  const message = error instanceof Error ? error.message : String(error);
  return new UserError("internal", message);
}

export default command({
  meta: { name: "log", description: "Add an event to the current session" },
  args: {
    content: {
      type: "string",
      alias: "c",
      required: true,
      freeText: true,
      description: "What happened; - reads it from standard input",
      valueHint: "TEXT",
    },
    type: {
      type: "enum",
      options: [...LOGGED_TYPES],
      default: "tool_call",
      description: "Kind of event",
      valueHint: "TYPE",
    },
    meta: { type: "string", description: "More about it, as a JSON object", valueHint: "JSON" },
    session: {
      type: "string",
      completes: "live-session",
      description: "Id of another session or its first 6 or more characters",
      valueHint: "ID",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm activity log --type decision -c 'keep the old format'",
  details: [
    "Without --json it prints nothing and exits 0 even when there is no session or the event could not be written, so that a hook never disturbs its agent.",
  ],
  async run(ctx, args) {
    const metadata = parseMeta(args.meta);
    if (metadata === null) {
      if (args.json)
        return { data: { ok: false, reason: "invalid_meta" }, text: silent, exitCode: 1 };
      throw new UserError(
        "usage",
        "--meta is not a JSON object",
        `for example --meta '{"tool":"Edit"}'`,
      );
    }
    try {
      const content = await readContent(ctx, args.content);
      const input = { type: args.type, ...content, metadata, id: args.session };
      return answer(ctx, await logActivity(ctx, input), args.type);
    } catch (error) {
      if (!(error instanceof UserError))
        return writeFailed(ctx, asFailure(error), args.json === true);
      if (error.exitCode === 2) throw error;
      if (error.code === "session_ambiguous") {
        return answer(ctx, { kind: "skipped", because: error.message }, args.type);
      }
      return writeFailed(ctx, error, args.json === true);
    }
  },
});
