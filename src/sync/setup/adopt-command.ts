import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { sourceJson } from "./json.ts";
import { moveSource } from "./move.ts";

export default command({
  meta: { name: "adopt", description: "Go on with a home that was moved to this machine" },
  args: { json: options.json },
  example: "mm sync adopt",
  details: [
    "For a home that now exists only here: what it pushed before and what it pushes from now on belong together. If the home was copied and both go on, run `mm sync new` in one of them.",
  ],
  async run(ctx) {
    const moved = await moveSource(ctx, "adopt");
    return {
      data: sourceJson(moved),
      text: () => "This home goes on as the same source. Next: mm sync push\n",
    };
  },
});
