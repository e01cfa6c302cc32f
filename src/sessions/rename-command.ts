import { command } from "../cli/command.ts";
import { escapeControls } from "../text/text.ts";
import { rename } from "./rename.ts";

export default command({
  meta: { name: "rename", description: "Give a session another title" },
  args: {
    id: {
      type: "positional",
      required: false,
      completes: "session",
      description: "Id of the session, its first 6 or more characters, or `last`",
    },
    title: { type: "positional", required: true, description: "The new title" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: 'mm session rename last "Fix the parser"',
  details: ["A title that you give is never replaced by the agent's own or by a prompt."],
  async run(ctx, args) {
    const { id, title, previousTitle } = await rename(ctx, args.id, args.title);
    return {
      data: { ok: true, session_id: id, title, previous_title: previousTitle },
      text: () => `Session renamed: ${escapeControls(id)}\n  Title: ${escapeControls(title)}\n`,
    };
  },
});
