import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { statusJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { hooksReport, isBroken } from "./status.ts";
import { parseAgents } from "./targets.ts";
import { statusText } from "./text.ts";

export default command({
  meta: {
    name: "status",
    description: "Show which agents report to mm, and whether their hooks work",
  },
  args: {
    agent: hooksOptions.agents("Agents to show; all by default"),
    all: { type: "boolean", description: "List agents that aren't on this machine, too" },
    json: options.json,
  },
  example: "mm hooks status",
  details: [
    "The exit code is 1 if installed hooks can't work. A step that only you can do, or a missing agent, isn't a failure.",
  ],
  async run(ctx, { _: words, all }) {
    const report = await hooksReport(ctx, parseAgents(words));
    return {
      data: statusJson(report),
      text: () =>
        statusText(report, {
          now: ctx.now(),
          columns: terminalColumns(ctx),
          userHome: ctx.env["HOME"] || ctx.env["USERPROFILE"],
          isAll: all || words.length > 0,
        }),
      exitCode: isBroken(report) ? 1 : 0,
    };
  },
});
