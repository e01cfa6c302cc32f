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
    "dry-run": options.dryRun("Show how many sessions would move"),
    json: options.json,
  },
  example: "mm project move ~/old/shop ~/work/shop",
  details: [
    "mm recognizes a moved repository by its remote or its first commit, without this command. It is for plain folders, and for repositories with several clones that could be the moved one.",
    "From then on, what was recorded in the old folder or below it is in the new one. Nothing on disk is moved.",
  ],
  async run(ctx, { old, new: now, "dry-run": dryRun }) {
    const moved = await moveProject(ctx, old, now, dryRun);
    return { data: moveJson(moved, dryRun), text: () => moveText(moved, dryRun) };
  },
});
