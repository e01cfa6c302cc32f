import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { deriveNamespace, parseAgentId } from "../text/names.ts";
import { wrapCommand } from "./wrap.ts";

export default command({
  meta: { name: "wrap", description: "Run a command inside a session of its own" },
  args: {
    "agent-id": options.agentId("headless"),
    title: { type: "string", alias: "t", description: "Title; the command by default" },
  },
  operands: "COMMAND…",
  example: "mm session wrap -a nightly -- npm test",
  details: [
    "The command runs without a shell on the same terminal and finds its session in MM_SESSION_ID. mm exits with its exit code. The current session stays what it was.",
  ],
  async run(ctx, args) {
    const agentId = parseAgentId(args["agent-id"]);
    const ran = await wrapCommand(ctx, {
      agentId,
      namespace: deriveNamespace(agentId),
      title: args.title || null,
      command: args._,
    });
    return { ran };
  },
});
