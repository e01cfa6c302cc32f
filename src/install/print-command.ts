import type { Client } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { printHooks } from "./print.ts";
import { parseClients } from "./targets.ts";

export default command({
  meta: { name: "print", description: "Print the hooks of an agent, to put in by hand" },
  args: {
    client: { type: "positional", completes: "client", description: "The agent" },
    events: {
      type: "enum",
      options: ["sessions", "activity"],
      default: "activity",
      valueHint: "SET",
      description: "Start and end of sessions alone, or what happens in them too",
    },
    portable: {
      type: "boolean",
      description: "Call the mm that PATH finds, for any version of the agent",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm hooks print claude --portable",
  async run(ctx, args) {
    const [client] = parseClients([args.client ?? ""]) as [Client];
    const { file, text } = await printHooks(ctx, {
      client,
      events: args.events,
      portable: args.portable === true,
    });
    return { data: { client, file, text }, text: () => text };
  },
});
