import { readFileSync, writeFileSync } from "node:fs";
import type { CommandDef } from "citty";
import { renderHelp } from "../src/cli/help.ts";
import root from "../src/commands.ts";
import { commandsBelow } from "./commands.ts";

const README = `${import.meta.dir}/../README.md`;
const REFERENCE = /(<!-- reference -->\n).*(<!-- \/reference -->)/su;

async function usage(path: readonly string[], command: CommandDef): Promise<string> {
  return `### ${path.join(" ")}\n\n\`\`\`text\n${await renderHelp(path, command)}\`\`\`\n`;
}

/** The README's command reference: what `--help` prints for `mm` and for each of its commands. */
export async function renderReference(): Promise<string> {
  const parts = [await usage(["mm"], root)];
  for (const { path, command } of await commandsBelow(["mm"], root)) {
    parts.push(await usage(path, command));
  }
  return parts.join("\n");
}

/** Writes the reference into the README between its two marks. */
export async function writeReference(): Promise<void> {
  const readme = readFileSync(README, "utf8");
  if (!REFERENCE.test(readme)) throw new Error("README.md has no marks for the reference");
  const reference = await renderReference();
  // A function, since `$` means something in a replacement text.
  const replace = (_: string, start: string, end: string) => `${start}\n${reference}\n${end}`;
  writeFileSync(README, readme.replace(REFERENCE, replace));
}
