import { command } from "../cli/command.ts";
import { UserError } from "../errors.ts";

const mcp = command({
  meta: { name: "mcp", description: "Let agents search and read earlier sessions (an MCP server)" },
  args: {
    project: {
      type: "string",
      completes: "directory",
      valueHint: "FOLDER",
      description: "The project to answer for, if the agent starts the server elsewhere",
    },
    "this-project": { type: "boolean", description: "Answer for no other project" },
    "read-only": { type: "boolean", description: "Offer no tool that writes" },
  },
  example: "mm mcp install claude",
  details: [
    "Serves one agent on standard input and output until the agent leaves. Agents start it themselves once `mm mcp install` has registered it.",
    "The tools are `search_sessions`, `show_session` and `add_note`. They answer for the project in which the agent works; another one is searched only if the agent asks for it.",
  ],
  async run(ctx, { project, "this-project": thisProject, "read-only": readOnly }) {
    if (ctx.terminal.stdinIsTty()) {
      throw new UserError(
        "usage",
        "`mm mcp` serves an agent on its standard input, and this is a terminal",
        "`mm mcp install` registers it with your agents",
      );
    }
    const rest = await ctx.stays();
    const { serve } = await import("./serve.ts");
    await serve(ctx, { project, thisProject, readOnly }, rest);
    return { ran: 0 };
  },
});

export default {
  ...mcp,
  subCommands: {
    install: () => import("../servers/install-command.ts").then((module) => module.default),
    uninstall: () => import("../servers/uninstall-command.ts").then((module) => module.default),
    status: () => import("../servers/status-command.ts").then((module) => module.default),
    print: () => import("../servers/print-command.ts").then((module) => module.default),
  },
};
