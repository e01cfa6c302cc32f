import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { realPath } from "../files/paths.ts";
import { upgradeOf } from "./distribution.ts";
import { installDir } from "./install-dir.ts";
import { upgradeJson } from "./json.ts";
import { upgradeText } from "./text.ts";

export default command({
  meta: { name: "upgrade", description: "Show how to upgrade this copy of mm" },
  args: { json: options.json },
  example: "mm upgrade",
  details: [
    "It looks only at where this mm is installed, and prints the matching command. It upgrades nothing and doesn't use the network to look for a newer version.",
  ],
  async run(ctx) {
    const executable = realPath(ctx.executable);
    const upgrade = upgradeOf(executable, installDir(ctx.env, executable));
    return {
      data: upgradeJson(executable, upgrade),
      text: () => upgradeText(executable, upgrade),
    };
  },
});
