import type { CommandDef, CommandMeta } from "citty";
import type { Context } from "../context.ts";
import type { Arg, Args, Command } from "./command.ts";
import { fold } from "./fit.ts";
import { type Guide, type Root, resolve } from "./tree.ts";

const MOST_COLUMNS = 80;
const LEAST_COLUMNS = 30;
const MAX_LABEL = 28;
/** Where less is left behind the labels, they get lines of their own. */
const LEAST_BEHIND = 24;

/** Lays out two columns. A label that is too long gets its own line. */
function columns(rows: readonly (readonly [string, string])[], wide: number): string[] {
  const labels = rows.map(([label]) => label.length).filter((length) => length <= MAX_LABEL);
  const width = Math.max(...labels, 8) + 2;
  if (wide - width - 2 < LEAST_BEHIND) {
    return rows.flatMap(([label, description]) => [
      `  ${label}`,
      ...fold(description, wide - 6).map((line) => `      ${line}`),
    ]);
  }
  const indent = " ".repeat(width + 2);
  return rows.flatMap(([label, description]) => {
    const [first = "", ...rest] = fold(description, wide - width - 2);
    const tail = rest.map((line) => indent + line);
    if (label.length > MAX_LABEL) return [`  ${label}`, indent + first, ...tail];
    return [`  ${label.padEnd(width)}${first}`, ...tail];
  });
}

/** Whether a command needs this argument. */
export function isRequired(def: Arg): boolean {
  return def.type === "positional" ? def.required !== false : def.required === true;
}

/** The placeholder for an option's value, with a leading space; empty for a flag. */
export function valueHint(name: string, def: Arg): string {
  return def.type === "boolean" ? "" : ` ${def.valueHint ?? name.toUpperCase()}`;
}

function optionLabel(name: string, def: Arg): string {
  const alias = "alias" in def && def.alias !== undefined ? [def.alias].flat()[0] : undefined;
  return `${alias === undefined ? "    " : `-${alias}, `}--${name}${valueHint(name, def)}`;
}

/** An option's description, with its values and its default. */
export function optionText(def: Arg): string {
  const values = def.type === "enum" ? ` One of: ${def.options?.join(", ")}.` : "";
  const standard = typeof def.default === "string" ? ` Default: ${def.default}.` : "";
  return `${def.description ?? ""}.${values}${standard}`.replace("..", ".");
}

function positionalWord(name: string, def: Arg): string {
  const word = def.valueHint ?? name.toUpperCase();
  return isRequired(def) ? word : `[${word}]`;
}

/** A command's usage: its words and its arguments. */
export function usageLine(path: readonly string[], command: Command): string {
  if (command.mm.usage !== undefined) return [...path, command.mm.usage].join(" ");
  const defs = Object.entries(command.mm.args);
  const required = defs
    .filter(([, def]) => def.type !== "positional" && isRequired(def))
    .map(([name, def]) => `--${name}${valueHint(name, def)}`);
  const positionals = defs
    .filter(([, def]) => def.type === "positional")
    .map(([name, def]) => positionalWord(name, def));
  const last = command.mm.operands === undefined ? [] : ["--", command.mm.operands];
  return [...path, "[OPTIONS]", ...required, ...positionals, ...last].join(" ");
}

/** The commands below a group or a command, with their descriptions. */
async function subCommandRows(node: CommandDef): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    const sub = (await resolve(lazy)) as CommandDef;
    const { description, hidden } = (await resolve(sub.meta ?? {})) as CommandMeta;
    const isShortcut = "mm" in sub && (sub as Command).mm.shortFor !== undefined;
    if (hidden !== true && !isShortcut) rows.push([name, `${description}.`]);
  }
  return rows;
}

async function commandHelp(
  path: readonly string[],
  command: Command,
  wide: number,
): Promise<string[]> {
  const defs: Args = command.mm.args;
  const options = Object.entries(defs)
    .filter(([, def]) => def.type !== "positional")
    .map(([name, def]) => [optionLabel(name, def), optionText(def)] as const);
  const positionals = Object.entries(defs)
    .filter(([, def]) => def.type === "positional")
    .map(([name, def]) => [positionalWord(name, def), `${def.description ?? ""}.`] as const);
  const below = await subCommandRows(command);
  const { details = [], shortFor } = command.mm;
  const notes = shortFor === undefined ? details : [`Short for \`mm ${shortFor}\`.`, ...details];
  return [
    ...fold(`${command.mm.meta.description}.`, wide),
    "",
    `Usage: ${usageLine(path, command)}`,
    ...(below.length === 0 ? [] : [`       ${path.join(" ")} COMMAND`]),
    "",
    ...(below.length === 0 ? [] : ["Commands:", ...columns(below, wide), ""]),
    ...(positionals.length === 0 ? [] : ["Arguments:", ...columns(positionals, wide), ""]),
    "Options:",
    ...columns([...options, ["-h, --help", "Show this help."]], wide),
    ...notes.flatMap((paragraph) => ["", ...fold(paragraph, wide)]),
    "",
    "Example:",
    `  ${command.mm.example}`,
  ];
}

/** The example of the first command below a group. */
async function exampleOf(group: CommandDef): Promise<string> {
  const [lazy] = Object.values(await resolve(group.subCommands ?? {}));
  const sub = (await resolve(lazy ?? {})) as CommandDef;
  return "mm" in sub ? (sub as Command).mm.example : exampleOf(sub);
}

async function groupHelp(
  path: readonly string[],
  group: CommandDef,
  wide: number,
): Promise<string[]> {
  const meta = (await resolve(group.meta ?? {})) as CommandMeta;
  const rows = await subCommandRows(group);
  return [
    ...fold(`${meta.description}.`, wide),
    "",
    `Usage: ${path.join(" ")} COMMAND`,
    "",
    "Commands:",
    ...columns(rows, wide),
    "",
    "Example:",
    `  ${await exampleOf(group)}`,
  ];
}

/** A group of commands behind its name, like `Look  ps  sessions that are live now`. */
function groupLines(
  name: string,
  commands: Readonly<Record<string, string>>,
  wide: number,
): string[] {
  if (wide < MOST_COLUMNS) return ["", name, ...columns(Object.entries(commands), wide)];
  return Object.entries(commands).map(
    ([word, does], index) => `${(index === 0 ? name : "").padEnd(9)} ${word.padEnd(9)} ${does}`,
  );
}

const HELP = "Help: mm help COMMAND";
const VERSION = "Version: mm --version";

/** The help of the program itself. On a terminal of 24 lines, all of it is seen. */
async function rootHelp(root: Root, guide: Guide, wide: number): Promise<string[]> {
  const meta = (await resolve(root.meta ?? {})) as CommandMeta;
  const groups = Object.entries(guide.groups);
  const shown = groups.flatMap(([, commands]) => Object.keys(commands));
  const all = await subCommandRows(root);
  const others = all.map(([name]) => name).filter((name) => !shown.includes(name));
  const [first = "", ...more] = fold(others.join(", "), wide - 10);
  return [
    ...fold(`${meta.description}.`, wide),
    ...(wide < MOST_COLUMNS ? [] : [""]),
    ...groups.flatMap(([name, commands]) => groupLines(name, commands, wide)),
    ...(wide < MOST_COLUMNS ? [""] : []),
    `${guide.rest.padEnd(9)} ${first}`,
    ...more.map((line) => `${" ".repeat(10)}${line}`),
    "",
    ...(wide < MOST_COLUMNS ? [HELP, VERSION] : [`${HELP}     ${VERSION}`]),
    `Start here: ${guide.start}`,
  ];
}

/** The help of a command or a group, at most 80 columns wide, and less on a terminal that is narrower. */
export async function renderHelp(
  path: readonly string[],
  command: CommandDef,
  terminal?: Context["terminal"],
): Promise<string> {
  const columns = terminal?.stdoutIsTty() ? terminal.columns() : MOST_COLUMNS;
  const wide = Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, columns));
  const guide = await (command as Root).guide?.();
  const lines =
    "mm" in command
      ? await commandHelp(path, command as Command, wide)
      : guide === undefined
        ? await groupHelp(path, command, wide)
        : await rootHelp(command, guide, wide);
  return `${lines.join("\n")}\n`;
}
