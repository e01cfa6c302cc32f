import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { deleteSessions } from "./delete.ts";
import { deleteJson } from "./json.ts";
import { confirmLoss } from "./limits.ts";
import type { Deletion } from "./plan.ts";
import { deleteText } from "./text.ts";

export default command({
  meta: { name: "delete", description: "Delete ended sessions with their events" },
  args: {
    id: {
      type: "positional",
      rest: true,
      completes: "session",
      valueHint: "ID…",
      description: "Ids of the sessions, their first 6 or more characters, or `last`",
    },
    force: {
      type: "boolean",
      description: "Also delete sessions that mm didn't make or that other tables refer to",
    },
    "dry-run": options.dryRun("Show what would be deleted"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm session delete bb9282 --dry-run",
  details: [
    "On a terminal, it shows what would be deleted and asks. Elsewhere, it refuses to delete several sessions that are more than half of all ended ones without --yes. A deletion can't be undone. If one of the sessions can't be deleted, none is. Active sessions are never deleted: end them first.",
    "Without --force it refuses to delete a session that another program made or refers to, and the message says what would be deleted with it.",
  ],
  async run(ctx, { _: ids, force, yes, "dry-run": dryRun }) {
    if (ids.length === 0) throw new UserError("usage", "missing argument: ID");
    const consent = (planned: readonly Deletion[], ended: number) =>
      confirmLoss(ctx, {
        sessions: planned.length,
        events: planned.reduce((sum, { events }) => sum + events, 0),
        ended,
        isNamed: true,
        foreseen: deleteText(planned, true),
      });
    const input = { ids, force, dryRun };
    const deletions = await deleteSessions(ctx, input, yes ? null : consent);
    return { data: deleteJson(deletions, dryRun), text: () => deleteText(deletions, dryRun) };
  },
});
