import { command } from "../cli/command.ts";
import { count } from "../cli/numbers.ts";
import { table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { inheritedId, missingSession, sessionToRead } from "../sessions/which.ts";
import { type ListedEvent, LOGGED_TYPES, lastEvents } from "../store/events.ts";
import { isActive } from "../store/rows.ts";

function toTable(ctx: Context, events: readonly ListedEvent[]): string {
  if (events.length === 0) return "No events for this session.\n";
  const rows = events.map(({ createdLocal, type, content }) => [
    createdLocal,
    type,
    content.split("\n", 1)[0] ?? "",
  ]);
  const columns = terminalColumns(ctx);
  return `${table(["Time", "Type", "Content"], rows, { columns })}\n${events.length} event(s)\n`;
}

export default command({
  meta: {
    name: "events",
    description: "Show the events of the current session, or of the one named",
  },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "session",
      description: "Id of the session, its first 6 or more characters, or `last`",
    },
    type: { type: "string", completes: LOGGED_TYPES, description: "Only events of this type" },
    limit: { type: "string", description: "Only the last so many", valueHint: "N" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session events --type tool_call --limit 20",
  failureDocument: ({ code }) => (code === "no_session" ? { error: "no_session" } : undefined),
  async run(ctx, args) {
    const limit = args.limit === undefined ? null : count("--limit", args.limit);
    const store = await ctx.store();
    const found = await store.read(async (view) => {
      const reference = await sessionToRead(view, ctx.env, args.id);
      if (reference.kind !== "found") return reference;
      const { session, named } = reference;
      if (!named && !isActive(session)) return { kind: "none" as const };
      const events = lastEvents(view.db, session.id, args.type ?? null, limit);
      return { kind: "events" as const, id: session.id, events };
    });
    if (found?.kind !== "events")
      throw missing(found?.kind === "unknown" ? found.id : (args.id ?? inheritedId(ctx.env)));
    const { id, events } = found;
    return {
      data: {
        session_id: id,
        events: events.map((event) => ({
          created_at: event.createdAt,
          event_type: event.type,
          content: event.content,
          metadata: event.metadata,
        })),
        count: events.length,
      },
      text: () => toTable(ctx, events),
    };
  },
});

function missing(id: string | null): UserError {
  return id === null
    ? new UserError("no_session", "No session ID provided and no active session.")
    : missingSession(id);
}
