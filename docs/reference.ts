import { readFileSync, writeFileSync } from "node:fs";
import type { CommandDef, CommandMeta, Resolvable } from "citty";
import { renderHelp } from "../src/cli/help.ts";
import { resolve } from "../src/cli/tree.ts";
import root from "../src/commands/root.ts";

const README = `${import.meta.dir}/../README.md`;
const REFERENCE = /(<!-- reference -->\n).*(<!-- \/reference -->)/su;

async function usage(path: readonly string[], command: CommandDef): Promise<string> {
  return `### ${path.join(" ")}\n\n\`\`\`text\n${await renderHelp(path, command)}\`\`\`\n`;
}

/** The usage of every command below `node`; what the help hides is left out. */
async function usages(path: readonly string[], node: CommandDef): Promise<string[]> {
  if ("mm" in node) return [await usage(path, node)];
  const parts: string[] = [];
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    const command = await resolve(lazy as Resolvable<CommandDef>);
    const { hidden } = (await resolve(command.meta ?? {})) as CommandMeta;
    if (hidden !== true) parts.push(...(await usages([...path, name], command)));
  }
  return parts;
}

/** The README's command reference: what `--help` prints for `mm` and for each of its commands. */
export async function renderReference(): Promise<string> {
  return [await usage(["mm"], root), ...(await usages(["mm"], root))].join("\n");
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
