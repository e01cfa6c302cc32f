import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { deriveNamespace, parseAgentId } from "../text/names.ts";
import { wrapCommand } from "./wrap.ts";

export default command({
  meta: { name: "wrap", description: "Run a command inside a session of its own" },
  args: {
    agent: options.agentId("headless"),
    title: { type: "string", alias: "t", description: "Title; the command by default" },
  },
  operands: "COMMAND…",
  example: "mm session wrap -a nightly -- npm test",
  details: [
    "The command runs without a shell on the same terminal, with its session's id in MM_SESSION_ID. mm exits with the command's exit code. The current session doesn't change.",
  ],
  async run(ctx, args) {
    const agentId = parseAgentId(args.agent);
    const ran = await wrapCommand(ctx, {
      agentId,
      namespace: deriveNamespace(agentId),
      title: args.title || null,
      command: args._,
    });
    return { ran };
  },
});
