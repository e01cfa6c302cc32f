import { tokensOf, toSearchable } from "./tokens.ts";

/** One word, phrase or beginning of a word that is looked for. */
export interface Term {
  readonly text: string;
  /** The forms of its tokens, one after another; never empty. */
  readonly tokens: readonly string[];
  /** Whether the last token may go on. */
  readonly isPrefix: boolean;
}

/** What to find: all of `wanted`, none of `unwanted`. */
export interface Query {
  readonly wanted: readonly Term[];
  readonly unwanted: readonly Term[];
}

// A phrase up to its closing quote or the end, or a word up to white space or a quote. A --flag is a word.
const EACH_TERM =
  /(?<minus>-?)"(?<phrase>[^"]*)(?:"(?<star>\*?)|$)|(?<dash>(?:-(?!-))?)(?<word>[^\s"]+)/gu;

function toTerm(text: string, isPrefix: boolean): Term {
  const tokens = [...tokensOf(text.normalize("NFC"))].map(({ form }) => form);
  return { text, tokens, isPrefix };
}

/**
 * Reads what a person typed: words, `"phrases"`, `-without` and `prefix*`. Whatever else stands there is
 * taken for separators, and a term without a letter or digit is passed over.
 */
export function parseQuery(typed: string): Query {
  const wanted = new Map<string, Term>();
  const unwanted = new Map<string, Term>();
  const safe = typed.replaceAll("\0", " ").toWellFormed();
  for (const { groups = {} } of safe.matchAll(EACH_TERM)) {
    const { minus, phrase, star, dash, word = "" } = groups;
    const term =
      phrase === undefined
        ? toTerm(word.replace(/\*+$/u, ""), word.endsWith("*"))
        : toTerm(phrase, star === "*");
    if (term.tokens.length === 0) continue;
    const terms = minus === "-" || dash === "-" ? unwanted : wanted;
    // What is said again means nothing more, and costs as much again.
    terms.set(`${term.tokens.join(" ")}${term.isPrefix ? "*" : ""}`, term);
  }
  return { wanted: [...wanted.values()], unwanted: [...unwanted.values()] };
}

function quoted({ text, isPrefix }: Term): string {
  return `"${toSearchable(text)}"${isPrefix ? "*" : ""}`;
}

/** A query as FTS5 takes it, where nothing but our own operators stands outside of quotes; null where nothing is wanted. */
export function matchExpression({ wanted, unwanted }: Query): string | null {
  if (wanted.length === 0) return null;
  const all = wanted.map(quoted).join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.map(quoted).join(" OR ")})`;
}
