import { isWindowsPath } from "../files/paths.ts";
import { type Baseline, type Editor, type Entry, SettingsFault, type Wanted } from "./editor.ts";
import { type Called, hookCommand } from "./hook-command.ts";
import { splitBom } from "./json-text.ts";
import { parseOwnCommand } from "./own-command.ts";

/** Hooks as `[[hooks]]` tables that may hold only an event, a command and a timeout. */
export interface TomlShape {
  readonly agent: string;
  readonly timeout: number;
}

/** What TOML says. */
export type Table = Readonly<Record<string, unknown>>;

/** A `[[hooks]]` block of ours in the text, from its header to the end of its last line. */
interface Block extends Entry {
  readonly start: number;
  readonly end: number;
}

/** @throws SettingsFault */
export function parseToml(text: string): Table {
  try {
    return Bun.TOML.parse(text) as Table;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new SettingsFault(error instanceof Error ? error.message : String(error));
  }
}

function hooksOf(table: Table): readonly Table[] {
  const hooks = table["hooks"];
  if (hooks === undefined) return [];
  if (!Array.isArray(hooks)) throw new SettingsFault("`hooks` is not an array of tables");
  return hooks as Table[];
}

/** What a block says, if it is a single table with a command of ours. */
function ownBlock(shape: TomlShape, text: string): Omit<Entry, "place"> | null {
  let table: Table;
  try {
    table = Bun.TOML.parse(text) as Table;
  } catch {
    return null;
  }
  const [hook, ...more] = Array.isArray(table["hooks"]) ? (table["hooks"] as Table[]) : [];
  if (hook === undefined || more.length > 0 || Object.keys(table).length !== 1) return null;
  const { event, command } = hook as { event?: unknown; command?: unknown };
  const own = typeof command === "string" ? parseOwnCommand(command) : null;
  if (own?.agent !== shape.agent || typeof event !== "string") return null;
  return { event, program: own.program, home: own.home, isWaitedFor: own.isWaitedFor };
}

function blocksOf(shape: TomlShape, text: string): Block[] {
  const blocks: Block[] = [];
  const lines =
    /^[ \t]*\[\[hooks\]\][^\n]*\n(?:[ \t]*(?:event|command|matcher|timeout)[ \t]*=[^\n]*(?:\n|$))*/gmu;
  for (const match of text.matchAll(lines)) {
    const own = ownBlock(shape, match[0]);
    if (own === null) continue;
    blocks.push({
      ...own,
      place: String(blocks.length),
      start: match.index,
      end: match.index + match[0].length,
    });
  }
  return blocks;
}

function ownHooks(shape: TomlShape, table: Table): number {
  return hooksOf(table).filter((hook) => {
    const command = hook["command"];
    return typeof command === "string" && parseOwnCommand(command)?.agent === shape.agent;
  }).length;
}

function strip(shape: TomlShape, text: string): string {
  const before = parseToml(text);
  const blocks = blocksOf(shape, text);
  if (blocks.length !== ownHooks(shape, before)) {
    throw new SettingsFault("it has a hook of mm in a form that mm can't remove");
  }
  const left = withoutBlocks(text, blocks);
  parseToml(left);
  return left;
}

/** The text without these stretches of it, and without the empty line that was put before each. */
export function withoutBlocks(
  text: string,
  blocks: readonly { readonly start: number; readonly end: number }[],
): string {
  let left = text;
  for (const { start, end } of blocks.toReversed()) {
    const gap = /\r?\n(\r?\n)$/u.exec(left.slice(0, start))?.[1]?.length ?? 0;
    left = left.slice(0, start - gap) + left.slice(end);
  }
  return left;
}

/** How the lines of a text end. */
export function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** The text with blocks at its end, after an empty line. */
export function withBlocks(text: string, blocks: string): string {
  const eol = eolOf(text);
  const lead =
    text === "" || text.endsWith(`${eol}${eol}`) ? "" : text.endsWith("\n") ? eol : eol + eol;
  return text + lead + blocks;
}

function block(
  shape: TomlShape,
  { program, home, event }: Called & { readonly event: string },
  eol: string,
): string {
  const shell = isWindowsPath(program) ? "cmd" : "posix";
  const command = hookCommand(shell, { program, home, agent: shape.agent, event });
  const lines = [
    "[[hooks]]",
    `event = ${JSON.stringify(event)}`,
    `command = ${JSON.stringify(command)}`,
  ];
  return [...lines, `timeout = ${shape.timeout}`, ""].join(eol);
}

function add(shape: TomlShape, text: string, { events, ...called }: Wanted): string {
  const eol = eolOf(text);
  const blocks = events.map((event) => block(shape, { ...called, event }, eol)).join(eol);
  const added = withBlocks(text, blocks);
  if (hooksOf(parseToml(added)).length !== hooksOf(parseToml(text)).length + events.length) {
    throw new SettingsFault("`hooks` is of a shape that can't be added to");
  }
  return added;
}

/** The editor of TOML settings: it finds blocks as text, and parses every result. */
export function tomlHooks(shape: TomlShape): Editor {
  return {
    find(text) {
      const { body } = splitBom(text);
      hooksOf(parseToml(body));
      return blocksOf(shape, body);
    },
    install(text, wanted) {
      const { bom, body } = splitBom(text ?? "");
      const blocks = blocksOf(shape, body);
      const standing = blocks.map(({ start, end }) => body.slice(start, end));
      const eol = eolOf(body);
      const asWanted = wanted.events.map((event) => block(shape, { ...wanted, event }, eol));
      if (Bun.deepEquals(standing, asWanted)) return bom + body;
      return bom + add(shape, strip(shape, body), wanted);
    },
    uninstall(text, baseline: Baseline) {
      const { bom, body } = splitBom(text);
      const left = strip(shape, body);
      return left.trim() === "" && baseline?.text === null ? null : bom + left;
    },
    print: (wanted) => add(shape, "", wanted),
  };
}
