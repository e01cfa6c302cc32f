import { command } from "../cli/command.ts";
import { UserError } from "../errors.ts";
import { isHookCall, meansHooks, recordCall } from "./record-call.ts";

export default command({
  meta: { name: "hook", description: "Record an agent's hook call; agents call this" },
  args: {},
  raw: true,
  usage: "AGENT EVENT [PID] < PAYLOAD",
  example: 'echo \'{"session_id":"x","prompt":"hi"}\' | mm hook claude UserPromptSubmit',
  details: [
    "It reads the agent's JSON from standard input. It always exits with 0, never writes to standard error, and prints only what the agent expects from a hook, if anything; only a person at a terminal gets a message. Its own problems go to logs/hook.log in the home. With MM_DISABLE=1, it does nothing.",
    "PID is the process of the agent. Installed hooks pass it, because they may outlive the command that the agent ran.",
    "`mm hooks install` writes the calls into an agent's settings.",
  ],
  misuse(ctx, words) {
    if (isHookCall(ctx, words)) return null;
    const meant = meansHooks(words) ? words.join(" ") : "install";
    return new UserError(
      "usage",
      "`mm hook` is what agents call",
      `did you mean \`mm hooks ${meant}\`?`,
    );
  },
  async run(ctx, args) {
    const out = await recordCall(ctx, args._);
    return { data: null, text: () => out };
  },
});
