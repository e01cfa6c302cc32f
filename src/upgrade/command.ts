import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { realPath } from "../files/paths.ts";
import { upgradeOf } from "./distribution.ts";
import { upgradeJson } from "./json.ts";
import { upgradeText } from "./text.ts";

export default command({
  meta: { name: "upgrade", description: "Show how to upgrade this copy of mm" },
  args: { json: options.json },
  example: "mm upgrade",
  details: [
    "It only looks at where this mm lies and prints the command that fits; it upgrades nothing and doesn't ask the network whether there is a newer version.",
  ],
  async run(ctx) {
    const executable = realPath(ctx.executable);
    const upgrade = upgradeOf(executable);
    return {
      data: upgradeJson(executable, upgrade),
      text: () => upgradeText(executable, upgrade),
    };
  },
});
