import type { Arg, Args } from "./command.ts";

/** Words that fit a command's declaration, or why they don't. */
export type CheckedArgs =
  | { readonly kind: "help" }
  | {
      readonly kind: "args";
      readonly args: Readonly<Record<string, unknown>>;
      readonly json: boolean;
    }
  | { readonly kind: "wrong"; readonly fault: UsageFault; readonly json: boolean };

/** What is wrong with the words; `known` are the names of which one may have been meant. */
export interface UsageFault {
  readonly message: string;
  readonly word?: string;
  readonly known?: readonly string[];
  readonly hint?: string;
}

const NO_SEPARATOR: UsageFault = {
  message: "the command to run must stand behind `--`",
  hint: "mm session wrap [OPTIONS] -- COMMAND…",
};

/** Words being read against a declaration. */
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

/** Every option of the declaration as it is typed, with the name that it stands for. */
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

/** Whether a word is an option of this command or ends them, so that it is no option's value. */
function isReserved(parsing: Parsing, word: string): boolean {
  return word === "--" || parsing.names.has(word) || isHelp(word);
}

/** The value of an option at `words[index]`: after its `=`, else the next word; undefined where there is none. */
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
    // A request for help in the place of a value is neither.
    return { value: undefined, used: isHelp(next) ? 2 : 1 };
  }
  return { value: next, used: 2 };
}

function readBoolean(parsing: Parsing, typed: string, word: string, name: string): void {
  if (word !== typed) complain(parsing, { message: `option ${typed} takes no value` });
  parsing.values[name] = true;
}

function readValue(parsing: Parsing, typed: string, name: string, value: string, def: Arg): void {
  if (def.type === "enum" && !def.options?.includes(value)) {
    const options = def.options ?? [];
    const message = `invalid value '${value}' for ${typed}; expected one of: ${options.join(", ")}`;
    complain(parsing, { message, word: value, known: options });
  }
  parsing.values[name] = value;
}

/** Reads the option at `words[index]` and returns how many words it took. */
function readOption(parsing: Parsing, words: readonly string[], index: number): number {
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
    readBoolean(parsing, typed, word, name);
    return 1;
  }
  const { value, used } = valueAt(parsing, words, index, def);
  if (value === undefined) complain(parsing, { message: `option ${typed} needs a value` });
  else readValue(parsing, typed, name, value, def);
  return used;
}

/** Whether a word stands for an option; a lone dash and a negative number are data. */
function looksLikeOption(word: string): boolean {
  const second = word.charAt(1);
  return word.startsWith("-") && second !== "" && !(second >= "0" && second <= "9");
}

/** Whether a word with a dash is data here: `-without` in a query. */
function isDashedWord(parsing: Parsing, word: string): boolean {
  if (word.startsWith("--") || parsing.names.has(word.split("=", 1)[0] ?? word)) return false;
  return Object.values(parsing.defs).some((def) => def.dashed === true);
}

export function startParsing(defs: Args): Parsing {
  const values: Record<string, unknown> = Object.create(null);
  return { defs, names: optionNames(defs), values, positionals: [], fault: null, help: false };
}

/** Reads words up to the end, keeping the first fault. */
export function readWords(parsing: Parsing, words: readonly string[]): void {
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
      index += readOption(parsing, words, index);
    } else {
      parsing.positionals.push(word);
      index += 1;
    }
  }
}

function isRequiredPositional(def: Arg): boolean {
  return def.type === "positional" && def.required !== false && def.rest !== true;
}

function placePositionals(parsing: Parsing): void {
  const rest = [...parsing.positionals];
  // A word goes to what is required before it goes to what may be left out: `rename [ID] TITLE`.
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
  if (rest[0] !== undefined) complain(parsing, { message: `unexpected argument '${rest[0]}'` });
}

function placeDefaults(parsing: Parsing): void {
  for (const [name, def] of Object.entries(parsing.defs)) {
    if (name in parsing.values || def.type === "positional") continue;
    if (def.required === true) complain(parsing, { message: `missing option: --${name}` });
    if (def.type === "boolean") parsing.values[name] = false;
    else if (def.default !== undefined) parsing.values[name] = def.default;
  }
}

/**
 * Checks the words after a command's name against its declaration. The first fault counts; a request for
 * help comes before any. Where the command takes `operands`, they are what follows `--`, as `_`.
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
  readWords(parsing, takesOperands && end >= 0 ? words.slice(0, end) : words);
  if (parsing.help) return { kind: "help" };
  placePositionals(parsing);
  placeDefaults(parsing);
  const json = parsing.values["json"] === true;
  if (parsing.fault !== null) return { kind: "wrong", fault: parsing.fault, json };
  return { kind: "args", args: parsing.values, json };
}
