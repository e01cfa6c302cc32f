import { storedText } from "../store/rows.ts";
import { asPhrase, type Query, type Term } from "./query.ts";
import { isUnspaced } from "./text-index/tokens.ts";

/** A word of a sentence, or two neighbouring characters of a script without spaces. */
export interface Clue {
  readonly word: Term;
  /** Its beginning, by which other forms of the word are found; null where it has none. */
  readonly stem: Term | null;
}

/** Fewer words are no sentence: each of them must occur. */
const MIN_CLUES = 3;
/** What is looked up of a long text that somebody has pasted. */
const MAX_CLUES = 32;
/** A shorter beginning belongs to too many words. */
const MIN_STEM = 4;
const STEM_SHARE = 0.7;

function term(tokens: readonly string[], isPrefix = false): Term {
  return { text: tokens.join(""), tokens, isPrefix, isPlain: true };
}

/** Inflected forms differ at the end: charges, charged. */
function stemOf(word: string): Term | null {
  const letters = [...word];
  const kept = Math.max(MIN_STEM, Math.ceil(letters.length * STEM_SHARE));
  return kept < letters.length ? term([letters.slice(0, kept).join("")], true) : null;
}

/** The characters in pairs, as nobody can tell where a word begins. */
function pairsOf(characters: readonly string[]): Clue[] {
  if (characters.length < 2) return characters.map((one) => ({ word: term([one]), stem: null }));
  return characters.slice(1).map((next, at) => ({
    word: term([characters[at] ?? "", next]),
    stem: null,
  }));
}

function* cluesOfWord({ tokens }: Term): Generator<Clue> {
  let run: string[] = [];
  for (const token of tokens) {
    if (isUnspaced(token)) {
      run.push(token);
      continue;
    }
    yield* pairsOf(run);
    run = [];
    yield { word: term([token]), stem: stemOf(token) };
  }
  yield* pairsOf(run);
}

/** What a sentence consists of, besides what must occur in any case; null if the query is too short for one. */
export function cluesOf({ wanted }: Query): readonly Clue[] | null {
  const clues = new Map<string, Clue>();
  for (const each of wanted) {
    if (!each.isPlain) continue;
    for (const clue of cluesOfWord(each)) clues.set(clue.word.tokens.join(" "), clue);
    if (clues.size >= MAX_CLUES) break;
  }
  return clues.size < MIN_CLUES ? null : [...clues.values()].slice(0, MAX_CLUES);
}

/** A clue as an FTS5 expression, with all that must occur beside it. */
export function clueExpression(words: readonly Term[], { wanted, unwanted }: Query): string {
  const must = wanted.filter(({ isPlain }) => !isPlain).map(asPhrase);
  const all = [`(${words.map(asPhrase).join(" OR ")})`, ...must].join(" AND ");
  return unwanted.length === 0 ? all : `(${all}) NOT (${unwanted.map(asPhrase).join(" OR ")})`;
}

/** How much more something counts that happens now, and after how long it counts half as much more. */
const RECENT = 0.25;
const HALF_LIFE_MS = 30 * 24 * 3600 * 1000;

/** What a score counts more because of its age. */
export function recency(createdAt: unknown, nowMs: number): number {
  const age = Math.max(0, nowMs - Date.parse(storedText(createdAt)));
  return 1 + (Number.isNaN(age) ? 0 : RECENT * 2 ** (-age / HALF_LIFE_MS));
}
