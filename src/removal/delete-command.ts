import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { deleteSessions } from "./delete.ts";
import { deleteJson } from "./json.ts";
import { deleteText } from "./text.ts";

export default command({
  meta: { name: "delete", description: "Delete ended sessions with their events" },
  args: {
    id: {
      type: "positional",
      rest: true,
      completes: "session",
      valueHint: "ID…",
      description: "Ids of the sessions or their first 6 or more characters",
    },
    force: {
      type: "boolean",
      description: "Even those that mm didn't make or that other tables refer to",
    },
    "dry-run": options.dryRun("Say what would go"),
    json: options.json,
  },
  example: "mm session delete bb9282 --dry-run",
  details: [
    "It doesn't ask, and there is no way back. If one of the sessions can't be deleted, none is. An active one never is: end it first.",
    "Without --force a session that another program made or refers to stays, and the message says what would go with it.",
  ],
  async run(ctx, { _: ids, force, "dry-run": dryRun }) {
    if (ids.length === 0) throw new UserError("usage", "missing argument: ID");
    const doomed = await deleteSessions(ctx, { ids, force, dryRun });
    return { data: deleteJson(doomed, dryRun), text: () => deleteText(doomed, dryRun) };
  },
});
