import type { AgentName } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { printJson } from "../install/json.ts";
import { parseAgents } from "../install/targets.ts";
import { serverOptions } from "./options.ts";
import { printServer } from "./print.ts";

export default command({
  meta: {
    name: "print",
    description: "Print the entry for an agent's settings, to add it by hand",
  },
  args: {
    agent: { type: "positional", completes: "client", description: "The agent" },
    ...serverOptions,
    portable: { type: "boolean", description: "Start whichever mm is on PATH" },
    json: options.json,
  },
  example: "mm mcp print claude",
  async run(ctx, { agent: word, portable, ...args }) {
    const [agent] = parseAgents([word]) as [AgentName];
    const told = { readOnly: args["read-only"], thisProject: args["this-project"], portable };
    const printed = await printServer(ctx, agent, told);
    return { data: printJson(agent, printed), text: () => printed.text };
  },
});
