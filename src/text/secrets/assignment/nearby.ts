import { holdsAny, many, type NamePlaces } from "../rule.ts";
import type { Span } from "../tools/lines.ts";
import { anyOf, NAMES } from "./names.ts";

/** How far a name begins before the word that it is known by, and how far it goes on behind that. */
const BEFORE_CHARS = 32;
const AFTER_CHARS = 64;

/** Where names may be that are of secrets, and what finds these. */
interface Nearby {
  readonly spans: readonly Span[];
  readonly names: RegExp;
}

/** The patterns of those names that may occur, by their bits: to make one takes longer than to use it. */
const patterns = new Map<number, RegExp>();

function patternOfNames(bits: number): RegExp {
  let pattern = patterns.get(bits);
  if (pattern === undefined) {
    pattern = anyOf(NAMES.filter((_, nth) => bits & (1 << nth)));
    patterns.set(bits, pattern);
  }
  return pattern;
}

/** Only the surroundings of words by which a name is known are searched, since to look for words costs least. */
export function nearNames(text: string): Nearby {
  const { bits, places } = many.search?.names(text) ?? namesOneByOne(text);
  const names = patternOfNames(bits);
  const whole = [{ start: 0, end: text.length }];
  if (places === null) return { spans: whole, names };
  const spans = around(text, places, bits);
  // Where most is near a word, nothing is saved.
  const isDense = spans.length > 0 && places.length > text.length / AFTER_CHARS;
  return { spans: isDense ? whole : spans, names };
}

/** One by one, the words by which names are known. */
export function namesOneByOne(text: string): NamePlaces {
  const lower = text.toLowerCase();
  const places: number[] = [];
  let bits = 0;
  for (let nth = 0; nth < NAMES.length; nth++) {
    const [needs, words] = NAMES[nth] as (typeof NAMES)[number];
    if (!lower.includes(needs) || !holdsAny(lower, words)) continue;
    for (const word of words.split("|")) addPlaces(lower, word, places);
    bits |= 1 << nth;
  }
  return { bits, places: lower.length === text.length ? places.sort((a, b) => a - b) : null };
}

function addPlaces(lower: string, word: string, places: number[]): void {
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) places.push(at);
}

/** What overlaps is one. Where no name may have a value, nothing is searched. */
function around(text: string, places: readonly number[], bits: number): Span[] {
  const { search } = many;
  const spans: Span[] = [];
  let start = -1;
  let end = -1;
  let mayAssign = false;
  for (const at of places) {
    if (end < 0 || at - BEFORE_CHARS > end) {
      if (mayAssign) spans.push({ start, end });
      start = Math.max(0, at - BEFORE_CHARS);
      mayAssign = false;
    }
    end = at + AFTER_CHARS;
    mayAssign ||= search?.mayAssign(text, at, bits) ?? true;
  }
  if (mayAssign) spans.push({ start, end });
  return spans;
}
