import { tokensOf, toSearchable } from "./text-index/tokens.ts";

/** A word, phrase or prefix to find. */
export interface Term {
  readonly text: string;
  /** The forms of its tokens in order; never empty. */
  readonly tokens: readonly string[];
  /** Whether the last token is a prefix. */
  readonly isPrefix: boolean;
  /** Whether it is a word, neither quoted nor a prefix. */
  readonly isPlain: boolean;
}

/** What to find: all of `wanted`, none of `unwanted`. */
export interface Query {
  readonly wanted: readonly Term[];
  readonly unwanted: readonly Term[];
}

// A phrase ends at its closing quote or at the end, a word at white space or a quote. A --flag is a word.
const EACH_TERM =
  /(?<minus>-?)"(?<phrase>[^"]*)(?:"(?<star>\*?)|$)|(?<dash>(?:-(?!-))?)(?<word>[^\s"]+)/gu;

function toTerm(text: string, isPrefix: boolean, isPlain: boolean): Term {
  const tokens = [...tokensOf(text.normalize("NFC"))].map(({ form }) => form);
  return { text, tokens, isPrefix, isPlain };
}

/**
 * Parses a query: words, `"phrases"`, `-without` and `prefix*`. Everything else separates words. A term
 * without a letter or digit is ignored.
 */
export function parseQuery(typed: string): Query {
  const wanted = new Map<string, Term>();
  const unwanted = new Map<string, Term>();
  const safe = typed.replaceAll("\0", " ").toWellFormed();
  for (const { groups = {} } of safe.matchAll(EACH_TERM)) {
    const { minus, phrase, star, dash, word = "" } = groups;
    const term =
      phrase === undefined
        ? toTerm(word.replace(/\*+$/u, ""), word.endsWith("*"), !word.endsWith("*"))
        : toTerm(phrase, star === "*", false);
    if (term.tokens.length === 0) continue;
    const terms = minus === "-" || dash === "-" ? unwanted : wanted;
    // A repeated term adds nothing but cost.
    terms.set(`${term.tokens.join(" ")}${term.isPrefix ? "*" : ""}`, term);
  }
  return { wanted: [...wanted.values()], unwanted: [...unwanted.values()] };
}

/** The query with its last word as a beginning; null if it has none, or that is one already. */
export function asBeginning({ wanted, unwanted }: Query): Query | null {
  const last = wanted.at(-1);
  if (last === undefined || last.isPrefix) return null;
  return { wanted: [...wanted.slice(0, -1), { ...last, isPrefix: true }], unwanted };
}

/** A query that also wants the name of a file. */
export function withFile({ wanted, unwanted }: Query, path: string): Query {
  const name = path.slice(path.lastIndexOf("/") + 1).replaceAll('"', " ");
  const term = toTerm(name.toWellFormed(), false, false);
  return { wanted: term.tokens.length === 0 ? wanted : [term, ...wanted], unwanted };
}

/** A term as FTS5 understands it. */
export function asPhrase({ text, isPrefix }: Term): string {
  return `"${toSearchable(text)}"${isPrefix ? "*" : ""}`;
}

/** The query as an FTS5 expression, with only our own operators outside quotes; null if nothing is wanted. */
export function matchExpression({ wanted, unwanted }: Query): string | null {
  if (wanted.length === 0) return null;
  const all = wanted.map(asPhrase).join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.map(asPhrase).join(" OR ")})`;
}
