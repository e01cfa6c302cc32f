import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ArgDef } from "citty";
import packageJson from "../package.json" with { type: "json" };
import { isRequired, optionText, usageLine, valueHint } from "../src/cli/help.ts";
import root from "../src/commands.ts";
import { commandsBelow, type NamedCommand } from "./commands.ts";
import { environmentRows } from "./facts.ts";
import { literal, paragraphs, tagged, text } from "./mdoc.ts";
import { tableUnder } from "./tables.ts";

const README = `${import.meta.dir}/../README.md`;
const PAGE = `${import.meta.dir}/../man/mm.1`;
/** When the prose below was last gone over. */
const DATE = "November 22, 2026";

const DESCRIPTION = [
  "mm keeps a record of the sessions of AI coding agents: when and where they ran, their prompts and tool calls in a line each, and how they ended, in one SQLite file on this machine.",
  "It has no daemon and no server, and no command touches the network.",
  "`mm hooks install` has agents report their sessions by themselves; `mm session` and `mm activity` do the same by hand or from a script.",
  "Every option can be written `--option value` or `--option=value`. `--` ends the options. An option that is given twice, an unknown one and a missing value are errors, and nothing has been touched then.",
  "With `--json` the standard output is one JSON document, on success and on failure.",
];

const EXAMPLES: readonly (readonly [string, string])[] = [
  [
    "Have Claude Code and Codex report their sessions, and see whether they do:",
    "mm hooks install claude codex\nmm hooks status",
  ],
  [
    "What ran in the last week, and what happened in one of the sessions:",
    "mm session list --since 7d\nmm session events bb9282",
  ],
  ["Run a command inside a session of its own:", "mm session wrap --agent-id nightly -- npm test"],
  ["Completion in bash:", 'eval "$(mm completion bash)"'],
];

function optionHead(name: string, def: ArgDef): string {
  const alias = "alias" in def && def.alias !== undefined ? [def.alias].flat()[0] : undefined;
  const short = alias === undefined ? "" : `Fl ${literal(alias)} , `;
  const value = valueHint(name, def).trim();
  return `${short}Fl -${literal(name)}${value === "" ? "" : ` Ar ${literal(value)}`}`;
}

function positionalHead(name: string, def: ArgDef): string {
  const word = `Ar ${literal(def.valueHint ?? name.toUpperCase())}`;
  return isRequired(def) ? word : `Op ${word}`;
}

function commandPart({ path, command }: NamedCommand): string[] {
  const { args, details = [], example, meta } = command.mm;
  const items = Object.entries(args).map(([name, def]) =>
    def.type === "positional"
      ? tagged(positionalHead(name, def), `${def.description ?? ""}.`)
      : tagged(optionHead(name, def), optionText(def)),
  );
  return [
    `.Ss ${literal(path.join(" "))}`,
    ...text(`${meta.description}.`),
    ".Pp",
    `.Dl ${literal(usageLine(path, command))}`,
    ...(items.length === 0 ? [] : [".Bl -tag -width Ds", ...items.flat(), ".El"]),
    ...(details.length === 0 ? [] : [".Pp", ...paragraphs(details)]),
    ".Pp",
    "Example:",
    `.Dl ${literal(example)}`,
  ];
}

/** A list of a table's rows; `macro` marks the words of its first column. */
function listOf(table: readonly (readonly string[])[], macro: string): string[] {
  const rows = table.map(([names = "", meaning = ""]) => {
    const words = [...names.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => literal(word));
    const head = words.length === 0 ? literal(names) : words.join(" , ");
    return tagged(words.length === 0 ? `No ${head}` : `${macro} ${head}`, meaning);
  });
  return [".Bl -tag -width Ds", ...rows.flat(), ".El"];
}

/** The manual page, in mdoc: from the tree of commands, the facts and the README's tables. */
export async function renderManual(): Promise<string> {
  const readme = readFileSync(README, "utf8");
  const commands = await commandsBelow(["mm"], root);
  const examples = EXAMPLES.flatMap(([about, lines]) => [
    ".Pp",
    ...text(about),
    ...lines.split("\n").map((line) => `.Dl ${literal(line)}`),
  ]);
  const lines = [
    `.\\" Made by docs/man.ts; change that.`,
    `.Dd ${DATE}`,
    ".Dt MM 1",
    ".Os",
    ".Sh NAME",
    ".Nm mm",
    `.Nd ${literal(packageJson.description)}`,
    ".Sh SYNOPSIS",
    ".Nm",
    ".Ar COMMAND",
    ".Op Ar OPTIONS",
    ".Nm",
    ".Fl -help | -version",
    ".Sh DESCRIPTION",
    ...paragraphs(DESCRIPTION),
    ".Sh COMMANDS",
    ...commands.flatMap(commandPart),
    ".Sh ENVIRONMENT",
    ...listOf(environmentRows(), "Ev"),
    ".Sh FILES",
    "They lie in the home, which is",
    ".Pa ~/.memtomem",
    "or the folder that",
    ".Ev MM_HOME",
    "names.",
    ...listOf(tableUnder(readme, "## Files"), "Pa"),
    ".Sh EXIT STATUS",
    ...listOf(tableUnder(readme, "## Exit codes and errors"), "Ic"),
    ".Sh EXAMPLES",
    ...examples.slice(1),
    ".Sh SEE ALSO",
    `.Lk ${literal(packageJson.homepage)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Writes the manual page to its place. */
export async function writeManual(): Promise<void> {
  mkdirSync(dirname(PAGE), { recursive: true });
  writeFileSync(PAGE, await renderManual());
}
