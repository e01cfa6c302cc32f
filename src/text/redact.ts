import { hasAny, looking, type Rule } from "./secrets/rule.ts";
import { RULE_GROUPS, type RuleName } from "./secrets/rules.ts";
import type { HoldsAny } from "./secrets/sieve.ts";
import { longRuns, type Signs } from "./secrets/signs.ts";

/** No text that is shorter holds a name and its value. */
const LEAST_CHARS = 6;
/** The rules are repeated, as what stood beside a secret can look like another once the first is gone. */
const MOST_PASSES = 9;
/** Longer texts hardly ever come again. */
const KNOWN_CHARS = 120;
const MOST_KNOWN = 1000;

/** A text as it is searched for signs. */
interface Seen {
  readonly text: string;
  readonly lower: string;
  readonly runs: string;
}

type Marked = readonly [mark: string, rule: Rule];

/** The rules of each group, made at their first use. */
const made = new Map<(typeof RULE_GROUPS)[number], readonly Marked[]>();
/** Of many texts, the short ones with what became of them, since names and paths come again and again. */
let known: Map<string, string> | null = null;

/** From now on words are looked for so. It pays for many texts; a hook call has few, and needn't load it. */
export function lookForWordsBy(make: () => HoldsAny): void {
  looking.inLower = make();
  looking.inRuns = make();
  known = new Map();
}

/** Replaces each secret by `[redacted:<rule>]`. Applied again it changes nothing. */
export function redact(text: string): string {
  if (text.length < LEAST_CHARS) return text;
  if (known === null || text.length > KNOWN_CHARS) return redacted(text);
  let result = known.get(text);
  if (result === undefined) {
    result = redacted(text);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(text, result);
  }
  return result;
}

function redacted(text: string): string {
  let result = text;
  for (let last = "", pass = 0; result !== last && pass < MOST_PASSES; pass++) {
    last = result;
    for (const [mark, rule] of rulesFor(last)) result = rule.apply(result, mark);
  }
  return result;
}

/** Whether a text has a sign of a secret; one that has none is left as it is by `redact`. */
export function mayHoldSecret(text: string): boolean {
  if (text.length < LEAST_CHARS) return false;
  const seen = asSeen(text);
  for (const { signs } of RULE_GROUPS) if (hasSign(seen, signs)) return true;
  return false;
}

/** What a secret that this rule finds is replaced by. */
export function markOf(name: RuleName): string {
  return `[redacted:${name}]`;
}

/** The rules that may find something, in their order. */
function rulesFor(text: string): Marked[] {
  const seen = asSeen(text);
  const active: Marked[] = [];
  for (const group of RULE_GROUPS) {
    if (!hasSign(seen, group.signs)) continue;
    const rules = rulesOf(group);
    for (const marked of rules) {
      const { hints, prefixes = [], occursIn } = marked[1];
      // What the signs of a single rule are for is said.
      if (
        rules.length === 1 ||
        hasAny(seen.lower, hints) ||
        hasAny(seen.runs, prefixes) ||
        occursIn?.(text)
      ) {
        active.push(marked);
      }
    }
  }
  return active;
}

function rulesOf(group: (typeof RULE_GROUPS)[number]): readonly Marked[] {
  let rules = made.get(group);
  if (rules === undefined) {
    rules = Object.entries(group.make()).map(([name, rule]) => [markOf(name as RuleName), rule]);
    made.set(group, rules);
  }
  return rules;
}

function asSeen(text: string): Seen {
  return { text, lower: text.toLowerCase(), runs: longRuns(text) };
}

function hasSign({ text, lower, runs }: Seen, { words, prefixes, occursIn }: Signs): boolean {
  for (const [needs, list] of words) {
    if (lower.includes(needs) && looking.inLower(lower, list)) return true;
  }
  if (runs !== "") {
    for (const [needs, list] of prefixes) {
      if (runs.includes(needs) && looking.inRuns(runs, list)) return true;
    }
  }
  return occursIn?.(text) ?? false;
}
