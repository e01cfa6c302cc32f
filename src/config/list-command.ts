import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { readConfiguration } from "./config.ts";
import { configurationJson } from "./json.ts";
import { configurationText } from "./text.ts";

export default command({
  meta: { name: "list", description: "List the settings with their values" },
  args: { json: options.json },
  example: "mm config list",
  async run(ctx) {
    const found = await readConfiguration(ctx);
    return {
      data: configurationJson(found),
      text: () => configurationText(found, terminalColumns(ctx)),
    };
  },
});
