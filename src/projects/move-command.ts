import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { moveJson } from "./json.ts";
import { moveProject } from "./move.ts";
import { moveText } from "./text.ts";

export default command({
  meta: { name: "move", description: "Keep the sessions of a project that was moved" },
  args: {
    old: {
      type: "positional",
      required: true,
      completes: "directory",
      description: "The folder that the project had, or its name",
    },
    new: {
      type: "positional",
      required: true,
      completes: "directory",
      description: "The folder that it has now",
    },
    "dry-run": options.dryRun("Say how many sessions would move"),
    json: options.json,
  },
  example: "mm project move ~/old/shop ~/work/shop",
  details: [
    "A moved repository is recognized by its remote or its first commit, and needs no command. This one is for all others: plain folders, and repositories of which more than one may be the old one.",
    "What was recorded in the old folder and in folders below it is in the new one from then on. Nothing on the disk is moved.",
  ],
  async run(ctx, { old, new: now, "dry-run": dryRun }) {
    const moved = await moveProject(ctx, old, now, dryRun);
    return { data: moveJson(moved, dryRun), text: () => moveText(moved, dryRun) };
  },
});
