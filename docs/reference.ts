import type { CommandDef } from "citty";
import { renderHelp } from "../src/cli/help.ts";
import root from "../src/commands.ts";
import { commandsBelow } from "./commands.ts";

async function usage(path: readonly string[], command: CommandDef): Promise<string> {
  return `## ${path.join(" ")}\n\n\`\`\`text\n${await renderHelp(path, command)}\`\`\`\n`;
}

/** The command reference: the `--help` of `mm` and of each of its commands. */
export async function renderReference(): Promise<string> {
  const parts = [await usage(["mm"], root)];
  for (const { path, command } of await commandsBelow(["mm"], root)) {
    parts.push(await usage(path, command));
  }
  return parts.join("\n");
}
