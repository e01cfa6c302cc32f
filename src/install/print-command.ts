import type { AgentName } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { printJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { printHooks } from "./print.ts";
import { parseAgents } from "./targets.ts";

export default command({
  meta: { name: "print", description: "Print an agent's hooks, to add them by hand" },
  args: {
    agent: { type: "positional", completes: "client", description: "The agent" },
    events: hooksOptions.events,
    portable: {
      type: "boolean",
      description: "Call whichever mm is on PATH, for any version of the agent",
    },
    json: options.json,
  },
  example: "mm hooks print claude --portable",
  async run(ctx, { agent: word, events, portable }) {
    const [agent] = parseAgents([word]) as [AgentName];
    const printed = await printHooks(ctx, { agent, events, portable });
    return { data: printJson(agent, printed), text: () => printed.text };
  },
});
