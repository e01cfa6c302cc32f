import { AGENTS_WITH_FIRST_PROMPT, agentNamed } from "../agents/first-prompt.ts";
import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { UserError } from "../errors.ts";
import { handoff } from "../handoff/handoff.ts";
import { briefingHere } from "./briefing-here.ts";
import { briefingJson } from "./json.ts";
import { briefingText } from "./text.ts";

export default command({
  meta: { name: "context", description: "Show what a session that starts here would be told" },
  args: {
    for: {
      type: "string",
      completes: AGENTS_WITH_FIRST_PROMPT,
      description: "Show what this agent needs to go on with a session instead",
      valueHint: "AGENT",
    },
    session: {
      type: "string",
      completes: "session",
      description: "With --for, which session: the last of this project by default",
      valueHint: "ID",
    },
    explain: { type: "boolean", description: "Add how many bytes each part takes" },
    json: options.json,
  },
  example: "mm context --explain",
  details: [
    "Agents get this only if their hooks were installed with --context, and only when a session starts, not when it is resumed or compacted.",
    "With --for, it is what `mm resume --with` gives an agent as its first prompt: what was asked, decided, changed and said, what failed last, and what is open, quoted, in at most 6,000 bytes.",
  ],
  async run(ctx, { for: agent, session, explain }) {
    if (agent === undefined && session !== undefined)
      throw new UserError("usage", "--session goes with --for", "--for codex, for example");
    if (agent !== undefined && agentNamed(agent) === null)
      throw new UserError("usage", `unknown agent '${agent}'`, "`mm hooks status` lists them");
    const told = await (agent === undefined ? briefingHere(ctx) : handoff(ctx, session));
    return { data: briefingJson(told), text: () => briefingText(told, explain) };
  },
});
