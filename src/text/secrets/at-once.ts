import { hasUserinfo } from "./addresses.ts";
import { NAMES } from "./assignment/names.ts";
import { namesOneByOne } from "./assignment/nearby.ts";
import { areAllPlain, isUnassigned } from "./assignment/unassigned.ts";
import { Automaton } from "./automaton.ts";
import type { NamePlaces, Search } from "./rule.ts";
import { RULE_GROUPS } from "./rules.ts";
import { asSeen, groupsOneByOne, isOfToken, LEAST_RUN } from "./signs.ts";
import { hasDotsApart } from "./tokens/dots.ts";
import { callsTool } from "./tools/lines.ts";

/** A sign that tells something only in some texts. */
interface Doubtful {
  readonly word: string;
  /** The bit of the group of rules that it is a sign of. */
  readonly group: number;
  /** What else such a text has, or nothing. */
  readonly needs: string;
  /** Whether it begins a token: it stands as it is then, in a run that is long enough for one. */
  readonly isPrefix: boolean;
}

/** What a word tells, or all words that end at the same place. */
interface Told {
  /** The groups of rules that it is a sign of. */
  readonly groups: number;
  /** The groups whose `occursIn` has to be asked then, or `LONGER`. */
  readonly asks: number;
  /** The names that may be there. */
  readonly names: number;
  /** How long the words of names are, once for each kind of names. */
  readonly lengths: readonly number[];
  readonly doubtful: readonly Doubtful[];
}

const NONE: readonly Doubtful[] = [];
const NOTHING: Told = { groups: 0, asks: 0, names: 0, lengths: [], doubtful: NONE };

function both(one: Told, other: Told): Told {
  return {
    groups: one.groups | other.groups,
    asks: one.asks | other.asks,
    names: one.names | other.names,
    lengths: [...one.lengths, ...other.lengths],
    doubtful: other.doubtful === NONE ? one.doubtful : [...one.doubtful, ...other.doubtful],
  };
}

/** The only letter that is two in lower case: behind it nothing stands where it stood. */
const LONG_LETTER = "\u0130";
/** No group has this bit. */
const LONGER = 1 << 30;

/** Words of which a text has one where `occursIn` tells of it. */
const OCCURS_WITH: ReadonlyMap<unknown, string> = new Map([
  [hasDotsApart, "."],
  [hasUserinfo, "://"],
  [callsTool, " -|\n-|\t-|echo |printf|<<|<("],
]);

/** The words of all signs and names, in lower case. */
function allTold(): Map<string, Told> {
  const words = new Map<string, Told>();
  const add = (list: string, tell: (word: string) => Partial<Told>) => {
    for (const word of list.split("|")) {
      const lower = word.toLowerCase();
      words.set(lower, both(words.get(lower) ?? NOTHING, { ...NOTHING, ...tell(word) }));
    }
  };
  for (const [nth, { signs }] of RULE_GROUPS.entries()) {
    const { words, prefixes, occursIn } = signs;
    const group = 1 << nth;
    for (const [needs, list] of words) {
      add(list, (word) =>
        word.includes(needs)
          ? { groups: group }
          : { doubtful: [{ word, group, needs, isPrefix: false }] },
      );
    }
    for (const [needs, list] of prefixes) {
      add(list, (word) => ({ doubtful: [{ word, group, needs, isPrefix: true }] }));
    }
    const triggers = OCCURS_WITH.get(occursIn);
    if (triggers !== undefined) add(triggers, () => ({ asks: group }));
  }
  for (const [nth, [, list]] of NAMES.entries()) {
    add(list, ({ length }) => ({ names: 1 << nth, lengths: [length] }));
  }
  return words.set(LONG_LETTER, { ...NOTHING, asks: LONGER });
}

/** Whether what stands there is part of a run that is long enough for a token. */
function isInRun(text: string, start: number, end: number): boolean {
  let [from, to] = [start, end];
  while (to - from < LEAST_RUN && isOfToken(text.charCodeAt(to))) to++;
  while (to - from < LEAST_RUN && from > 0 && isOfToken(text.charCodeAt(from - 1))) from--;
  return to - from >= LEAST_RUN;
}

/** Looks for the signs of all groups, and for names, in one pass over a text. */
class AtOnce implements Search {
  readonly #words = new Automaton(allTold(), both);
  /** The text whose signs are known. */
  #known = "";
  /** The one that is searched. */
  #text = "";
  #groups = 0;
  #asks = 0;
  #names = 0;
  #places: number[] = [];
  /** Signs that were found, if the text has what they need. */
  readonly #needing = new Set<Doubtful>();

  groups(text: string): number {
    this.#take(text);
    return this.#groups;
  }

  names(text: string): NamePlaces {
    this.#take(text);
    if (this.#asks & LONGER) return namesOneByOne(text);
    return { bits: this.#names, places: this.#places.sort((a, b) => a - b) };
  }

  mayAssign(text: string, at: number, bits: number): boolean {
    return !areAllPlain(bits) || !isUnassigned(text, at);
  }

  #take(text: string): void {
    if (text === this.#known) return;
    // What isn't searched to its end, as there is no memory, is never taken for known.
    this.#known = "";
    this.#text = text;
    this.#groups = 0;
    this.#asks = 0;
    this.#names = 0;
    if (this.#places.length > 0) this.#places = [];
    this.#needing.clear();
    this.#words.search(text, this.#found);
    if (this.#needing.size > 0) this.#settle(text);
    if (this.#asks & LONGER) this.#groups = groupsOneByOne(text, RULE_GROUPS);
    else if (this.#asks !== 0) this.#ask(text);
    this.#known = text;
  }

  readonly #found = (told: Told, end: number): void => {
    this.#groups |= told.groups;
    this.#asks |= told.asks;
    if (told.names !== 0) this.#addNames(told, end);
    if (told.doubtful !== NONE) this.#doubt(told.doubtful, end);
  };

  #addNames({ names, lengths }: Told, end: number): void {
    this.#names |= names;
    for (const length of lengths) this.#places.push(end - length);
  }

  #doubt(signs: readonly Doubtful[], end: number): void {
    for (const sign of signs) {
      const { word, group, needs } = sign;
      if ((this.#groups & group) !== 0 || !this.#stands(sign, end)) continue;
      if (word.includes(needs)) this.#groups |= group;
      else this.#needing.add(sign);
    }
  }

  #stands({ word, isPrefix }: Doubtful, end: number): boolean {
    const start = end - word.length;
    return !isPrefix || (this.#text.startsWith(word, start) && isInRun(this.#text, start, end));
  }

  /** Each is looked for once, however often its words occur. */
  #settle(text: string): void {
    const { lower, runs } = asSeen(text);
    for (const { group, needs, isPrefix } of this.#needing) {
      if ((isPrefix ? runs : lower).includes(needs)) this.#groups |= group;
    }
  }

  #ask(text: string): void {
    const asks = this.#asks & ~this.#groups;
    for (let nth = 0; asks >> nth !== 0; nth++) {
      if (((asks >> nth) & 1) !== 0 && RULE_GROUPS[nth]?.signs.occursIn?.(text))
        this.#groups |= 1 << nth;
    }
  }
}

export function atOnce(): Search {
  return new AtOnce();
}
