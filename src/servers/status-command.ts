import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { hooksOptions } from "../install/options.ts";
import { parseAgents } from "../install/targets.ts";
import { requireHome } from "../settings/no-folder.ts";
import { serverStatusJson } from "./json.ts";
import { serverStatus } from "./status.ts";
import { serverStatusText } from "./text.ts";

export default command({
  meta: {
    name: "status",
    description: "Show where the server is registered, and whether it answers",
  },
  args: {
    agent: hooksOptions.agents("Agents to show; all by default"),
    all: { type: "boolean", description: "List agents that aren't on this machine, too" },
    json: options.json,
  },
  example: "mm mcp status",
  details: [
    "Each server that is registered is started as the agent would start it, and asked for its tools. The exit code is 1 when one can't work.",
  ],
  async run(ctx, { _: words, all }) {
    requireHome(ctx.env);
    const rows = await serverStatus(ctx, parseAgents(words), true);
    return {
      data: serverStatusJson(rows),
      text: () =>
        serverStatusText(rows, {
          columns: terminalColumns(ctx),
          userHome: ctx.env["HOME"] || ctx.env["USERPROFILE"],
          isAll: all || words.length > 0,
        }),
      exitCode: rows.some(({ state }) => state === "broken") ? 1 : 0,
    };
  },
});
