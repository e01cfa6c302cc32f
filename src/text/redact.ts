import { hasAny, many, type Rule, type Search } from "./secrets/rule.ts";
import { RULE_GROUPS, type RuleGroup, type RuleName } from "./secrets/rules.ts";
import { asSeen, groupsOneByOne } from "./secrets/signs.ts";

/** No text that is shorter holds a name and its value. */
const LEAST_CHARS = 6;
/** The rules are repeated, as what stood beside a secret can look like another once the first is gone. */
const MOST_PASSES = 9;

type Marked = readonly [mark: string, rule: Rule];

/** The rules of each group, made at their first use. */
const made = new Map<RuleGroup, readonly Marked[]>();

/** From now on signs are looked for so. It pays for many texts. */
export function lookForSignsBy(make: () => Search): void {
  many.search ??= make();
}

/** Replaces each secret by `[redacted:<rule>]`. Applied again it changes nothing. */
export function redact(text: string): string {
  if (text.length < LEAST_CHARS) return text;
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
  return groupsOf(text) !== 0;
}

/** What a secret that this rule finds is replaced by. */
export function markOf(name: RuleName): string {
  return `[redacted:${name}]`;
}

/** The rules that may find something, in their order. */
function rulesFor(text: string): Marked[] {
  const groups = groupsOf(text);
  const active: Marked[] = [];
  for (let nth = 0; groups >> nth !== 0; nth++) {
    if (((groups >> nth) & 1) === 0) continue;
    const rules = rulesOf(RULE_GROUPS[nth] as RuleGroup);
    // What the signs of a single rule are for is said.
    active.push(...(rules.length === 1 ? rules : hinted(rules, text)));
  }
  return active;
}

function hinted(rules: readonly Marked[], text: string): Marked[] {
  const { lower, runs } = asSeen(text);
  return rules.filter(
    ([, { hints, prefixes = [], occursIn }]) =>
      hasAny(lower, hints) || hasAny(runs, prefixes) || occursIn?.(text),
  );
}

function rulesOf(group: RuleGroup): readonly Marked[] {
  let rules = made.get(group);
  if (rules === undefined) {
    rules = Object.entries(group.make()).map(([name, rule]) => [markOf(name as RuleName), rule]);
    made.set(group, rules);
  }
  return rules;
}

/** The groups of rules of which a text has a sign, a bit each. */
function groupsOf(text: string): number {
  return many.search?.groups(text) ?? groupsOneByOne(text, RULE_GROUPS);
}
