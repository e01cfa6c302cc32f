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
      description: "Id of the session, `last`, or words of its title, prompts or project",
    },
    print: { type: "boolean", description: "Print the command for a shell instead of running it" },
  },
  example: "mm resume rate limiter",
  details: [
    "mm goes to the folder of the session and runs the agent's own command that resumes it. It exits with the agent's exit code.",
    "Without words, or if several sessions match, it lists them on the terminal, those of this project first. Type to filter, and select one with the arrows. Enter resumes it, Tab shows it, and Esc leaves.",
    '`last` is the session that was last active, of those that an agent can resume. To resume it in the shell itself: eval "$(mm resume last --print)"',
  ],
  async run(ctx, { print, _: words }) {
    if (!print) return { ran: await withFirstStep(ctx, () => resume(ctx, words)) };
    const line = await withFirstStep(ctx, () => resumeLine(ctx, words));
    return { data: line, text: () => `${line}\n` };
  },
});
