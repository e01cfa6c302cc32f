import { command } from "../cli/command.ts";
import { withFirstStep } from "../hints/hints.ts";
import { resume, resumeLine } from "./resume.ts";

export default command({
  meta: { name: "resume", description: "Continue a session in its agent" },
  args: {
    session: {
      type: "positional",
      required: false,
      rest: true,
      completes: "session",
      description: "Id of the session, `last`, or words of its title or prompts",
    },
    print: { type: "boolean", description: "Print the command for a shell, and run nothing" },
  },
  example: "mm resume rate limiter",
  details: [
    "Goes to the folder of the session, and runs the agent's own command that resumes it. mm exits with the exit code of the agent.",
    "Without a word, or with words that match several sessions, it shows them on the terminal, first those of the project here. Type to filter, pick one with the arrows; Enter resumes it, Tab shows it, Esc leaves.",
    '`last` is the session that was last active. To resume it in the shell itself: eval "$(mm resume last --print)"',
  ],
  async run(ctx, { print, _: words }) {
    if (!print) return { ran: await withFirstStep(ctx, () => resume(ctx, words)) };
    const line = await withFirstStep(ctx, () => resumeLine(ctx, words));
    return { data: line, text: () => `${line}\n` };
  },
});
