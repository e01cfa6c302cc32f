import { command } from "../cli/command.ts";
import { takeHook } from "./take.ts";

export default command({
  meta: { name: "hook", description: "Take in a hook call of an agent; agents call this" },
  args: {},
  raw: true,
  usage: "AGENT EVENT < PAYLOAD",
  example: 'echo \'{"session_id":"x","prompt":"hi"}\' | mm hook claude UserPromptSubmit',
  details: [
    "It reads the agent's JSON from standard input, always exits 0, never writes to standard error, and prints only what that agent takes from a hook, if there is any. Its own troubles go to logs/hook.log in the home. MM_DISABLE=1 makes it do nothing.",
    "`mm hooks install` writes the calls into an agent's settings.",
  ],
  async run(ctx, args) {
    const out = await takeHook(ctx, args._);
    return { data: null, text: () => out };
  },
});
