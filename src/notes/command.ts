import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { logJson } from "../sessions/json.ts";
import { escapeControls } from "../text/text.ts";
import { addNote } from "./note.ts";

export default command({
  meta: { name: "note", description: "Write something down in the current session" },
  args: {
    text: {
      type: "positional",
      required: true,
      rest: true,
      description: "What to write down; - reads it from standard input",
    },
    session: options.otherSession,
    json: options.json,
  },
  example: "mm note keep the old format until 2.0",
  details: [
    "The note becomes an event of the session: `mm show` shows it, and `mm search` finds it. It doesn't change the session's state.",
    "In a shell that an agent runs, the current session is the agent's own; elsewhere it is the one that `mm session start` started.",
  ],
  async run(ctx, { _: words, session }) {
    const id = await addNote(ctx, words.join(" "), session);
    const data = logJson({ kind: "written", sessionId: id }, "note");
    return { data, text: () => `Noted in session ${escapeControls(id)}\n` };
  },
});
