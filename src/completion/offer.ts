import { AGENT_NAMES, AGENTS } from "../agents/agents.ts";
import { parseArgWords, startParsing } from "../cli/args.ts";
import type { Arg, Args, ValueKind } from "../cli/command.ts";
import type { Outline } from "./outline.ts";
import type { Candidate } from "./values.ts";

/** What to offer at the cursor. */
export interface Offer {
  readonly candidates: readonly Candidate[];
  /** What else to look up. */
  readonly lookUp: Exclude<ValueKind, "client" | "command" | readonly string[]> | "program" | null;
  /** The part of the word before the value: `--type=`. */
  readonly prefix: string;
}

const NOTHING: Offer = { candidates: [], lookUp: null, prefix: "" };
const HELP: Candidate = { value: "--help", description: "Show this help" };
/** No word can contain this, so it marks where the next word would go. */
const CURSOR = "\0";

function commandsOf(group: Outline | undefined): Candidate[] {
  return Object.entries(group?.commands ?? {})
    .filter(([, { hidden }]) => !hidden)
    .map(([value, { description }]) => ({ value, description }));
}

/** Follows the words down the tree as far as they name commands. */
function follow(outline: Outline, words: readonly string[]) {
  let node = outline;
  let depth = 0;
  for (; depth < words.length && node.commands !== null; depth++) {
    const word = words[depth] ?? "";
    const next = Object.hasOwn(node.commands, word) ? node.commands[word] : undefined;
    if (next === undefined) break;
    node = next;
  }
  return { node, rest: words.slice(depth), isRoot: depth === 0 };
}

interface Site {
  readonly outline: Outline;
  /** Positionals that have already been typed. */
  readonly given: readonly string[];
}

function offerValues(def: Arg | undefined, site: Site, prefix: string): Offer {
  const plain = (values: readonly string[]) =>
    values.map((value) => ({ value, description: "" })) satisfies Candidate[];
  if (def?.type === "enum") return { candidates: plain(def.options ?? []), lookUp: null, prefix };
  const kind = def?.completes;
  if (kind === undefined) return { ...NOTHING, prefix };
  if (typeof kind !== "string") return { candidates: plain(kind), lookUp: null, prefix };
  if (kind === "command") {
    const { node, rest } = follow(site.outline, site.given);
    return { candidates: rest.length === 0 ? commandsOf(node) : [], lookUp: null, prefix };
  }
  if (kind === "client") {
    const left = AGENT_NAMES.filter((agent) => !site.given.includes(agent));
    const candidates = left.map((value) => ({ value, description: AGENTS[value].name }));
    return { candidates, lookUp: null, prefix };
  }
  return { candidates: [], lookUp: kind, prefix };
}

/** Options that haven't been typed yet. Short ones are offered only after a single dash. */
function optionsOf(
  defs: Args,
  names: ReadonlyMap<string, string>,
  given: Readonly<Record<string, unknown>>,
  withShort: boolean,
): Candidate[] {
  const left = [...names]
    .filter(([typed, name]) => {
      const isOffered = typed.startsWith("--") ? typed === `--${name}` : withShort;
      return isOffered && !(name in given);
    })
    .map(([typed, name]) => ({ value: typed, description: defs[name]?.description ?? "" }));
  return [...left, HELP];
}

function positionalAt(defs: Args, index: number): Arg | undefined {
  const positionals = Object.values(defs).filter(({ type }) => type === "positional");
  const last = positionals.at(-1);
  return positionals[index] ?? (last?.rest === true ? last : undefined);
}

function offerIn(
  command: Outline,
  before: readonly string[],
  current: string,
  outline: Outline,
): Offer {
  const { args, takesOperands } = command;
  const end = before.indexOf("--");
  if (takesOperands && end >= 0) {
    return { ...NOTHING, lookUp: end === before.length - 1 ? "program" : "file" };
  }
  const parsing = startParsing(args);
  parseArgWords(parsing, before);
  const { values: given, positionals } = parsing;
  const next = startParsing(args);
  parseArgWords(next, [...before, CURSOR]);
  const here = { outline, given: positionals };
  const pending = Object.keys(args).find((name) => next.values[name] === CURSOR);
  if (pending !== undefined) return offerValues(args[pending], here, "");
  const mayBeOption = end < 0;
  const equals = current.indexOf("=");
  if (mayBeOption && current.startsWith("--") && equals > 0) {
    const typed = current.slice(0, equals);
    const def = args[parsing.names.get(typed) ?? ""];
    return def?.type === "boolean" ? NOTHING : offerValues(def, here, `${typed}=`);
  }
  const options = () => optionsOf(args, parsing.names, given, /^-[^-]?$/u.test(current));
  if (mayBeOption && current.startsWith("-")) return { ...NOTHING, candidates: options() };
  const values = offerValues(positionalAt(args, positionals.length), here, "");
  const isBare = values.candidates.length === 0 && values.lookUp === null;
  return isBare && mayBeOption && current === "" ? { ...NOTHING, candidates: options() } : values;
}

/**
 * What to offer at the cursor, by the same rules as the runner's.
 * @param before the words between the program's name and the cursor's word
 * @param current the cursor's word up to the cursor, unquoted
 */
export function offerAt(outline: Outline, before: readonly string[], current: string): Offer {
  const { node, rest, isRoot } = follow(outline, before);
  if (node.isCommand) {
    const own = offerIn(node, rest, current, outline);
    const below = rest.length === 0 && !current.startsWith("-") ? commandsOf(node) : [];
    return { ...own, candidates: [...below, ...own.candidates] };
  }
  if (rest.length > 0) return NOTHING;
  if (!current.startsWith("-")) return { ...NOTHING, candidates: commandsOf(node) };
  const version = { value: "--version", description: "Show the version" };
  return { ...NOTHING, candidates: isRoot ? [version, HELP] : [HELP] };
}
