import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { syncStatusJson } from "./json.ts";
import { syncStatus } from "./status.ts";
import { syncStatusText } from "./text.ts";

export default command({
  meta: { name: "status", description: "Compare this machine with the server" },
  args: { json: options.json },
  example: "mm sync status",
  details: [
    "Shows what was sent, what waits, which machines have pushed, and rows that the server has refused. `mm sync push --full` tries those again.",
  ],
  async run(ctx) {
    const status = await syncStatus(ctx);
    return { data: syncStatusJson(status), text: () => syncStatusText(status, ctx.now()) };
  },
});
