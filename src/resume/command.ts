import { AGENTS_WITH_FIRST_PROMPT } from "../agents/first-prompt.ts";
import { command } from "../cli/command.ts";
import { withFirstStep } from "../hints/hints.ts";
import { resume, resumeLine, resumeWith, resumeWithLine } from "./resume.ts";

export default command({
  meta: { name: "resume", description: "Continue a session in its agent" },
  args: {
    session: {
      type: "positional",
      required: false,
      rest: true,
      completes: "session",
      description: "Id of the session, `last`, or words of its title, prompts or project",
    },
    with: {
      type: "string",
      completes: AGENTS_WITH_FIRST_PROMPT,
      description: "Start this agent instead, with what it needs to go on",
      valueHint: "AGENT",
    },
    print: { type: "boolean", description: "Print the command for a shell instead of running it" },
  },
  example: "mm resume rate limiter",
  details: [
    "mm goes to the folder of the session and runs the agent's own command that resumes it. It exits with the agent's exit code.",
    "Without words, or if several sessions match, it lists them on the terminal, those of this project first. Type to filter, and select one with the arrows. Enter resumes it, Tab shows it, and Esc leaves.",
    "With --with, another agent starts in that folder. Its first prompt is what `mm context --for` prints: the goal, what was asked, decided and changed, the last failure and the last words. The old session stays as it is.",
    '`last` is the session that was last active, of those that an agent can resume. To resume it in the shell itself: eval "$(mm resume last --print)"',
  ],
  async run(ctx, { print, with: other, _: words }) {
    if (!print) {
      const start = () =>
        other === undefined ? resume(ctx, words) : resumeWith(ctx, words, other);
      return { ran: await withFirstStep(ctx, start) };
    }
    const tell = () =>
      other === undefined ? resumeLine(ctx, words) : resumeWithLine(ctx, words, other);
    const line = await withFirstStep(ctx, tell);
    return { data: line, text: () => `${line}\n` };
  },
});
