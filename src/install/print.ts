import type { AgentName } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { findPlaces } from "../edit/places.ts";
import type { EventSet } from "../edit/settings.ts";
import { findProgram, homeForHooks } from "./program.ts";
import { eventsOf, namedTarget, reasons } from "./targets.ts";

export interface PrintRequest {
  readonly agent: AgentName;
  readonly events: EventSet;
  /** With a bare `mm` and for any version of the agent. */
  readonly portable: boolean;
}

/**
 * What a person would paste into an agent's settings, and where it belongs.
 * @throws UserError `not_installable`, `program_path`
 */
export async function printHooks(
  ctx: Pick<Context, "env" | "cwd" | "executable" | "capture" | "warnings">,
  { agent, events: set, portable }: PrintRequest,
): Promise<{ readonly file: string; readonly text: string }> {
  const places = await findPlaces(ctx);
  const { settings, path } = namedTarget(agent, "user", places);
  if (portable) {
    const wanted = { program: "mm", home: null, events: settings.events[set] };
    return { file: path, text: settings.editor.print(wanted) };
  }
  const { program, warnings } = findProgram(ctx, "user");
  ctx.warnings.push(...warnings);
  const { events, leftOut } = await eventsOf(ctx, places, { settings, set, standing: [] });
  ctx.warnings.push(...reasons(leftOut).map((reason) => `left out: ${reason}`));
  const home = homeForHooks(places, "user");
  return { file: path, text: settings.editor.print({ program, home, events }) };
}
