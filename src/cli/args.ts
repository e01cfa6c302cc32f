import type { Arg, Args } from "./command.ts";

/** The words of a command line, checked against the command's declaration, or why they don't fit it. */
export type CheckedArgs =
  | { readonly kind: "help" }
  | {
      readonly kind: "args";
      readonly args: Readonly<Record<string, unknown>>;
      readonly json: boolean;
    }
  | { readonly kind: "wrong"; readonly fault: UsageFault; readonly json: boolean };

/** Why the words are wrong usage. `known` lists the names that `word` may have been meant to be. */
export interface UsageFault {
  readonly message: string;
  readonly word?: string;
  readonly known?: readonly string[];
  readonly hint?: string;
  /** Whether there is a word too many. */
  readonly isExtra?: true;
}

const NO_SEPARATOR: UsageFault = {
  message: "the command to run must follow `--`",
  hint: "mm session wrap [OPTIONS] -- COMMAND…",
};

/** The state of reading words against a declaration. */
export interface Parsing {
  readonly defs: Args;
  /** From the option as typed (`--title`, `-t`) to its name. */
  readonly names: ReadonlyMap<string, string>;
  readonly values: Record<string, unknown>;
  readonly positionals: string[];
  fault: UsageFault | null;
  help: boolean;
}

function aliasesOf(def: Arg): readonly string[] {
  const alias = "alias" in def ? def.alias : undefined;
  return alias === undefined ? [] : [alias].flat();
}

/** Maps every option of the declaration, as typed, to its name. */
function optionNames(defs: Args): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, def] of Object.entries(defs)) {
    if (def.type === "positional") continue;
    names.set(`--${name}`, name);
    for (const alias of aliasesOf(def))
      names.set(alias.length === 1 ? `-${alias}` : `--${alias}`, name);
  }
  return names;
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function complain(parsing: Parsing, fault: UsageFault): void {
  parsing.fault ??= fault;
}

/** Whether a word is an option of this command or `--`, and so can't be an option's value. */
function isReserved(parsing: Parsing, word: string): boolean {
  return word === "--" || parsing.names.has(word) || isHelp(word);
}

/** The value of the option at `words[index]`: what follows its `=`, else the next word, else undefined. */
function valueAt(
  parsing: Parsing,
  words: readonly string[],
  index: number,
  def: Arg,
): { value: string | undefined; used: number } {
  const word = words[index] ?? "";
  const equals = word.indexOf("=");
  if (equals >= 0) return { value: word.slice(equals + 1), used: 1 };
  const next = words[index + 1];
  if (next === undefined) return { value: undefined, used: 1 };
  if (isReserved(parsing, next) && !def.freeText) {
    // `--help` in place of a value is neither a value nor a request for help.
    return { value: undefined, used: isHelp(next) ? 2 : 1 };
  }
  return { value: next, used: 2 };
}

function parseBoolean(parsing: Parsing, typed: string, word: string, name: string): void {
  if (word !== typed) complain(parsing, { message: `option ${typed} takes no value` });
  parsing.values[name] = true;
}

function parseValue(parsing: Parsing, typed: string, name: string, value: string, def: Arg): void {
  if (def.type === "enum" && !def.options?.includes(value)) {
    const options = def.options ?? [];
    const message = `invalid value '${value}' for ${typed}; expected one of: ${options.join(", ")}`;
    complain(parsing, { message, word: value, known: options });
  }
  parsing.values[name] = value;
}

/** Reads the option at `words[index]` and returns how many words it used. */
function parseOption(parsing: Parsing, words: readonly string[], index: number): number {
  const word = words[index] ?? "";
  const typed = word.split("=", 1)[0] ?? word;
  const name = parsing.names.get(typed);
  const def = name === undefined ? undefined : parsing.defs[name];
  if (name === undefined || def === undefined) {
    const known = [...parsing.names.keys(), "--help"];
    complain(parsing, { message: `unknown option '${typed}'`, word: typed, known });
    return 1;
  }
  if (name in parsing.values) complain(parsing, { message: `option ${typed} is given twice` });
  if (def.type === "boolean") {
    parseBoolean(parsing, typed, word, name);
    return 1;
  }
  const { value, used } = valueAt(parsing, words, index, def);
  if (value === undefined) complain(parsing, { message: `option ${typed} needs a value` });
  else parseValue(parsing, typed, name, value, def);
  return used;
}

/** Whether a word looks like an option. A single dash and a negative number don't. */
function looksLikeOption(word: string): boolean {
  const second = word.charAt(1);
  return word.startsWith("-") && second !== "" && !(second >= "0" && second <= "9");
}

/** Whether this command takes a word with a dash as data: `-without` in a query. */
function isDashedWord(parsing: Parsing, word: string): boolean {
  if (word.startsWith("--") || parsing.names.has(word.split("=", 1)[0] ?? word)) return false;
  return Object.values(parsing.defs).some((def) => def.dashed === true);
}

export function startParsing(defs: Args): Parsing {
  const values: Record<string, unknown> = Object.create(null);
  return { defs, names: optionNames(defs), values, positionals: [], fault: null, help: false };
}

/** Reads all words and keeps the first fault. */
export function parseArgWords(parsing: Parsing, words: readonly string[]): void {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    if (word === "--") {
      parsing.positionals.push(...words.slice(index + 1));
      return;
    }
    if (isHelp(word) && !parsing.names.has(word)) {
      parsing.help = true;
      index += 1;
    } else if (looksLikeOption(word) && !isDashedWord(parsing, word)) {
      index += parseOption(parsing, words, index);
    } else {
      parsing.positionals.push(word);
      index += 1;
    }
  }
}

function isRequiredPositional(def: Arg): boolean {
  return def.type === "positional" && def.required !== false && def.rest !== true;
}

function assignPositionals(parsing: Parsing): void {
  const rest = [...parsing.positionals];
  // Required arguments get their words before optional ones: `rename [ID] TITLE`.
  let needed = Object.values(parsing.defs).filter(isRequiredPositional).length;
  for (const [name, def] of Object.entries(parsing.defs)) {
    if (def.type !== "positional") continue;
    if (def.rest) {
      parsing.values["_"] = rest.splice(0);
      continue;
    }
    if (isRequiredPositional(def)) needed--;
    else if (rest.length <= needed) continue;
    const value = rest.shift();
    if (value !== undefined) parsing.values[name] = value;
    else if (def.required !== false)
      complain(parsing, { message: `missing argument: ${name.toUpperCase()}` });
  }
  if (rest[0] !== undefined)
    complain(parsing, { message: `unexpected argument '${rest[0]}'`, isExtra: true });
}

function assignDefaults(parsing: Parsing): void {
  for (const [name, def] of Object.entries(parsing.defs)) {
    if (name in parsing.values || def.type === "positional") continue;
    if (def.required === true) complain(parsing, { message: `missing option: --${name}` });
    if (def.type === "boolean") parsing.values[name] = false;
    else if (def.default !== undefined) parsing.values[name] = def.default;
  }
}

/**
 * Checks the words after a command's name against its declaration. A request for help wins over any fault;
 * otherwise the first fault is reported. For a command with `operands`, `_` holds the words after `--`.
 */
export function checkArgs(
  defs: Args,
  words: readonly string[],
  takesOperands: boolean,
): CheckedArgs {
  const parsing = startParsing(defs);
  const end = words.indexOf("--");
  if (takesOperands) {
    if (end < 0) complain(parsing, NO_SEPARATOR);
    else if (end === words.length - 1) complain(parsing, { message: "missing argument: COMMAND" });
    parsing.values["_"] = words.slice(end + 1);
  }
  parseArgWords(parsing, takesOperands && end >= 0 ? words.slice(0, end) : words);
  if (parsing.help) return { kind: "help" };
  assignPositionals(parsing);
  assignDefaults(parsing);
  const json = parsing.values["json"] === true;
  if (parsing.fault !== null) return { kind: "wrong", fault: parsing.fault, json };
  return { kind: "args", args: parsing.values, json };
}
