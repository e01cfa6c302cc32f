import { command } from "../cli/command.ts";
import { escapeControls } from "../text/text.ts";
import { endSession } from "./end.ts";

export default command({
  meta: { name: "end", description: "End the current session, or the one named" },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "live-session",
      description: "Id of the session or its first 6 or more characters",
    },
    summary: {
      type: "string",
      alias: "s",
      description: "Summary of the session",
      valueHint: "TEXT",
    },
    auto: { type: "boolean", description: "Summarise the events where no summary is given" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session end --auto",
  failureDocument: (error) => ({ ok: false, reason: error.message }),
  async run(ctx, args) {
    const { id, summary, eventCount } = await endSession(ctx, {
      id: args.id,
      summary: args.summary,
      automatic: args.auto === true,
    });
    return {
      data: { ok: true, session_id: id, summary, event_count: eventCount },
      text: () =>
        `Session ended: ${escapeControls(id)}\n${summary === null ? "" : `  Summary: ${escapeControls(summary)}\n`}`,
    };
  },
});
