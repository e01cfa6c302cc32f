import type { AgentName } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { findPlaces } from "../edit/places.ts";
import { findProgram, homeForHooks } from "../install/program.ts";
import { optionsFor } from "./install.ts";
import { namedServerTarget } from "./targets.ts";

/**
 * What a person would paste into an agent's settings, and where it belongs.
 * @throws UserError `not_installable`, `program_path`
 */
export async function printServer(
  ctx: Pick<Context, "env" | "cwd" | "executable" | "warnings">,
  agent: AgentName,
  given: { readonly readOnly: boolean; readonly thisProject: boolean; readonly portable: boolean },
): Promise<{ readonly file: string; readonly text: string }> {
  const places = await findPlaces(ctx);
  const { settings, path } = namedServerTarget(agent, "user", places);
  const options = optionsFor(given);
  if (given.portable) {
    return { file: path, text: settings.editor.print({ program: "mm", home: null, options }) };
  }
  const { program, warnings } = findProgram(ctx, "user");
  ctx.warnings.push(...warnings);
  const home = homeForHooks(places, "user");
  return { file: path, text: settings.editor.print({ program, home, options }) };
}
