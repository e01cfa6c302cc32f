import { AGENTS, type AgentName } from "../../agents/agents.ts";
import { fold } from "../../cli/fit.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { Capture } from "../../settings/settings.ts";

const KEPT: Readonly<Record<Capture, string>> = {
  none: "only the kind of each event and counts, no text",
  summary: "the start of each prompt and answer, and the name and target of each tool call",
  full: "prompts, answers, tool calls and their results in full",
};

/** What a person is told before the yes. */
interface Asked {
  readonly home: string;
  readonly capture: Capture;
  /** Whether sessions are sent to a server. */
  readonly syncs: boolean;
  /** What will keep the hooks from working. */
  readonly ahead: readonly string[];
  readonly also: readonly string[];
}

/** What the person is asked, before `y` or `n`. */
export function consentText(
  targets: readonly { readonly agent: AgentName; readonly path: string }[],
  { home, capture, syncs, ahead, also }: Asked,
): string {
  const lines = targets.map(({ agent, path }) => `  ${AGENTS[agent].name}: ${path}`);
  const recorded = `From then on, each session is recorded in ${home}: agent, project, folder, branch, times, and ${KEPT[capture]}. Secrets are removed first, and ${syncs ? "only `mm sync` sends what you released to your server" : "nothing leaves this machine"}.`;
  return [
    "mm is about to add its hooks to",
    ...lines,
    ...also,
    ...fold(recorded, 80),
    ...ahead.flatMap((line) => fold(line, 80)),
    "To record less: --capture none, or --events sessions.",
    "Continue? [y/N] ",
  ].join("\n");
}

/**
 * @param what what the yes is for
 * @throws UserError `confirmation_needed`, `declined`
 */
export async function askConsent(
  ctx: Pick<Context, "terminal">,
  text: string,
  what: string,
): Promise<void> {
  if (!ctx.terminal.stdinIsTty()) {
    const hint = "say --yes where nobody can be asked, or --dry-run to see what it would do";
    throw new UserError("confirmation_needed", `${what} needs a yes`, hint);
  }
  if (!(await ctx.terminal.confirm(text))) throw new UserError("declined", "nothing was changed");
}
