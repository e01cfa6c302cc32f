import type { Baseline } from "./editor.ts";
import { parseJson, splitBom } from "./json-text.ts";
import { mergeTexts, tokensOf } from "./merge.ts";

/** Whether two texts differ in white space and commas at most. */
function isSameButForSpace(a: string, b: string): boolean {
  const words = (text: string) => tokensOf(text).filter((token) => !/^[\s,]+$/u.test(token));
  return Bun.deepEquals(words(a), words(b));
}

function isJson(text: string): boolean {
  try {
    parseJson(splitBom(text).body);
    return true;
  } catch {
    return false;
  }
}

/**
 * What we wrote, taken back from the text as it is now: to the byte, also of the space that we put between
 * what is the user's. Null where that isn't the stripped text but for space, which then is the one to trust.
 */
export function takenBack(text: string, stripped: string, baseline: Baseline): string | null {
  const { text: original, wrote } = baseline ?? { text: null, wrote: [] };
  if (original === null) return null;
  for (const base of wrote.toReversed()) {
    const merged = mergeTexts(base, original, text);
    if (merged !== null && isSameButForSpace(merged, stripped) && isJson(merged)) return merged;
  }
  return null;
}
