import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { counted } from "../../text/text.ts";
import { type Forgotten, forgetOnServer } from "./forget.ts";
import { forgetText, foundText } from "./text.ts";

/** @throws UserError `declined`, `confirmation_needed` */
async function confirm(
  { terminal, err }: Pick<Context, "terminal" | "err">,
  found: readonly Forgotten[],
): Promise<void> {
  const what = counted(found.length, "session");
  if (!terminal.stdinIsTty()) {
    throw new UserError(
      "confirmation_needed",
      `this would delete ${what} on the server for ever`,
      "add --yes if you mean it",
    );
  }
  err(foundText(found));
  if (await terminal.confirm(`Delete ${what} on the server for ever? [y/N] `)) return;
  throw new UserError("declined", "nothing was deleted");
}

export default command({
  meta: { name: "forget", description: "Delete sessions on the server and on other machines" },
  args: {
    id: {
      type: "positional",
      rest: true,
      required: false,
      completes: "session",
      valueHint: "ID…",
      description: "Ids of the sessions, or their first 6 or more characters",
    },
    project: {
      type: "string",
      valueHint: "PATTERN",
      description: "All of these projects, such as github.com/acme/*",
    },
    yes: options.yes,
    json: options.json,
  },
  example: "mm sync forget --project 'github.com/acme/secret'",
  details: [
    "This machine keeps its sessions, but never sends them again. Other machines drop theirs with their next pull. To keep new sessions of a project here, too: `mm sync init --exclude PATTERN`.",
    "`mm session delete` deletes a session here and, with the next push, on the server.",
  ],
  async run(ctx, { _: ids, project, yes }) {
    if (ids.length === 0 && project === undefined) {
      throw new UserError("usage", "missing argument: ID, or --project PATTERN");
    }
    const consent = async (found: readonly Forgotten[]) => {
      if (!yes) await confirm(ctx, found);
    };
    const forgotten = await forgetOnServer(ctx, { ids, project }, consent);
    return {
      data: { forgotten: forgotten.map(({ id, project: of }) => ({ id, project: of })) },
      text: () => forgetText(forgotten),
    };
  },
});
