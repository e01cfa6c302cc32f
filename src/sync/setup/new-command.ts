import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { sourceJson } from "./json.ts";
import { moveSource } from "./move.ts";

export default command({
  meta: { name: "new", description: "Make a copied home a source of its own" },
  args: { json: options.json },
  example: "mm sync new",
  details: [
    "For a home that was copied from another one that goes on, too. All of its sessions are pushed again, as this machine's own.",
  ],
  async run(ctx) {
    const moved = await moveSource(ctx, "new");
    return {
      data: sourceJson(moved),
      text: () => "This home is a source of its own now. Next: mm sync push\n",
    };
  },
});
