import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { endByHand } from "./end.ts";
import { endFailureJson, endJson } from "./json.ts";
import { endText } from "./text.ts";

export default command({
  meta: { name: "end", description: "End the current session, or the one named" },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "live-session",
      description: "Id of the session to end, its first 6 or more characters, or `last`",
    },
    summary: {
      type: "string",
      alias: "s",
      description: "Summary of the session",
      valueHint: "TEXT",
    },
    auto: { type: "boolean", description: "Summarize the events if no summary is given" },
    json: options.json,
  },
  example: "mm session end --auto",
  failureDocument: endFailureJson,
  async run(ctx, { id, summary, auto }) {
    const ended = await endByHand(ctx, { id, summary, automatic: auto });
    return { data: endJson(ended), text: () => endText(ended) };
  },
});
