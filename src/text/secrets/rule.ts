import { isPlaceholder } from "./values.ts";

/** One kind of secret: how it is found, a text that holds one, and one that only looks like it. */
export interface Rule {
  /**
   * Words in lower case that stand for any case, and beginnings of tokens that stand as they are. The rule is
   * tried only where one of either occurs, since to search for them costs least.
   */
  readonly hints: readonly string[];
  readonly prefixes?: readonly string[];
  /** What tells where it may occur, if no word does. */
  readonly occursIn?: (text: string) => boolean;
  readonly apply: (text: string, mark: string) => string;
  /**
   * The secret stands between « and », or is all of it. `{40}` stands for 40 letters and digits, `{40h}` for
   * hexadecimal ones, so that no scanner takes this file for a leak.
   */
  readonly sample: string;
  readonly decoy: string;
}

/** 16 characters make a body, not the documented length, for the text may be cut within a token. */
export const BODY = "[\\w-]{16,}";
/** Not all in lower case, as a long identifier is. */
export const MIXED = "(?=[a-z_]{0,40}[A-Z\\d])\\w{16,}";
/** With a digit near its beginning, as a long name of words has none. */
export const RANDOM = "(?=[A-Za-z_-]{0,30}\\d)[\\w-]{16,}";
export const LETTERS_AND_DIGITS = "(?=[A-Za-z]{0,30}\\d)[A-Za-z\\d]{16,}";
/** Also as an address spells it. */
export const BASE64 = "(?=[A-Za-z+/]{0,30}\\d)(?:[\\w+/-]|%2[BF]){16,}(?:=|%3D){0,2}";
export const HEX = "[\\da-fA-F]{16,}";
export const HEX_AND_HYPHENS = "[\\da-f-]{16,}";

/** For a token that follows no letter or digit, unless these end an escape: `\n`, `%20`, a colour. */
const ALONE = "(?:(?<![A-Za-z\\d])|(?<=\\\\[nrt]|\\[[\\d;]{1,8}m|%[\\dA-F]{2}))";

/** What begins with one of the prefixes, which spaces separate, and goes on with `body`. */
export function token(
  prefixes: string,
  body: string,
  sample: string,
  decoy: string,
  start: string = ALONE,
): Rule {
  return {
    hints: [],
    prefixes: prefixes.split(" "),
    apply: (text, mark) =>
      text.replace(new RegExp(start + anyOf(prefixes) + body, "g"), (found) =>
        isBlank(found) ? found : mark,
      ),
    sample,
    decoy,
  };
}
/** What matches a pattern as a whole. Here and below hints are separated by spaces. */
export function shape(hints: string, pattern: () => RegExp, sample: string, decoy: string): Rule {
  return {
    hints: hints.split(" "),
    apply: (text, mark) => text.replace(pattern(), mark),
    sample,
    decoy,
  };
}

/** Keeps the first group and replaces the second, unless that is a reference such as `$TOKEN`. */
export function after(hints: string, pattern: () => RegExp, sample: string, decoy: string): Rule {
  const apply = (text: string, mark: string) =>
    text.replace(pattern(), (match: string, kept: string, value: string) =>
      isPlaceholder(value) ? match : kept + mark,
    );
  return { hints: hints.split(" "), apply, sample, decoy };
}

/** The same rule, tried only where one of these words occurs, too, as it stands. */
export function whereAlso(words: string, rule: Rule): Rule {
  const apply = (text: string, mark: string) =>
    hasAny(text, words.split(" ")) ? rule.apply(text, mark) : text;
  return { ...rule, apply };
}

/** A loop, because the first use of `Array.prototype.some` takes a quarter of a millisecond. */
export function hasAny(text: string, words: readonly string[]): boolean {
  for (const word of words) if (text.includes(word)) return true;
  return false;
}

const split = new Map<string, readonly string[]>();

/** Whether a text has any of the words of a list, which are parted by `|`. */
export function holdsAny(text: string, words: string): boolean {
  let list = split.get(words);
  if (list === undefined) {
    list = words.split("|");
    split.set(words, list);
  }
  return hasAny(text, list);
}

/** The names of secrets that a text may have, a bit for each of `NAMES`, and where their words begin, from first to last. */
export interface NamePlaces {
  readonly bits: number;
  /** Null where they aren't known, since some letters are longer in lower case. */
  readonly places: readonly number[] | null;
}

/** Looks for all signs in a text at once. */
export interface Search {
  /** The groups of rules of which a text has a sign, a bit each. */
  groups(text: string): number;
  names(text: string): NamePlaces;
  /** Whether a name may have a value whose word is at `at`, in a text with these kinds of names. */
  mayAssign(text: string, at: number, bits: number): boolean;
}

/** What looks for signs where many texts come. A hook call has few, and needn't load it. */
export const many: { search: Search | null } = { search: null };

/** As in documents: ghp_xxxxxxxxxxxx. */
function isBlank(found: string): boolean {
  return found.includes("xxxxxxxx") || found.includes("XXXXXXXX");
}

/** A group of words that are separated by spaces, as a pattern. */
function anyOf(words: string): string {
  return `(?:${words.replace(/[.+$]/g, "\\$&").replaceAll(" ", "|")})`;
}
