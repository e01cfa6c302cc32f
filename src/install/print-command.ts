import type { Client } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { printJson } from "./json.ts";
import { hooksOptions } from "./options.ts";
import { printHooks } from "./print.ts";
import { parseClients } from "./targets.ts";

export default command({
  meta: { name: "print", description: "Print the hooks of an agent, to put in by hand" },
  args: {
    client: { type: "positional", completes: "client", description: "The agent" },
    events: hooksOptions.events,
    portable: {
      type: "boolean",
      description: "Call the mm that PATH finds, for any version of the agent",
    },
    json: options.json,
  },
  example: "mm hooks print claude --portable",
  async run(ctx, { client: word, events, portable }) {
    const [client] = parseClients([word]) as [Client];
    const printed = await printHooks(ctx, { client, events, portable });
    return { data: printJson(client, printed), text: () => printed.text };
  },
});
