import { hasAny } from "./rule.ts";
import type { HoldsAny } from "./sieve.ts";

const split = new Map<string, readonly string[]>();

function listOf(words: string): readonly string[] {
  let list = split.get(words);
  if (list === undefined) {
    list = words.split("|");
    split.set(words, list);
  }
  return list;
}

const oneByOne: HoldsAny = (text, words) => hasAny(text, listOf(words));

/** How words are looked for in a text in lower case, and in its long runs. */
export const looking = { inLower: oneByOne, inRuns: oneByOne };
