import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { LOGGED_TYPES } from "../store/events.ts";
import { logJson } from "./json.ts";
import { logTyped } from "./log-typed.ts";
import { logNote } from "./text.ts";

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
      description: "Type of the event",
      valueHint: "TYPE",
    },
    meta: { type: "string", description: "Details as a JSON object", valueHint: "JSON" },
    session: options.otherSession,
    json: options.json,
  },
  example: "mm activity log --type decision -c 'keep the old format'",
  details: [
    "Without --json it prints nothing and exits 0 even if there is no session or the event can't be written, so that a hook never disturbs its agent.",
  ],
  async run(ctx, { type, content, meta, session: id, json }) {
    const outcome = await logTyped(ctx, { type, content, meta, id });
    if (outcome.kind === "invalid_meta" && !json) {
      const hint = `for example --meta '{"tool":"Edit"}'`;
      throw new UserError("usage", "--meta is not a JSON object", hint);
    }
    const isTold = json && (outcome.kind === "failed" || outcome.kind === "invalid_meta");
    const note = isTold ? null : logNote(outcome);
    if (note !== null) ctx.warnings.push(note);
    return { data: logJson(outcome, type), text: () => "", exitCode: isTold ? 1 : 0 };
  },
});
