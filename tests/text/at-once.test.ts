import { describe, expect, test } from "bun:test";
import { lookForSignsBy, redact } from "../../src/text/redact.ts";
import { namesOneByOne } from "../../src/text/secrets/assignment/nearby.ts";
import { atOnce } from "../../src/text/secrets/at-once.ts";
import { Automaton } from "../../src/text/secrets/automaton.ts";
import { allRules, RULE_GROUPS } from "../../src/text/secrets/rules.ts";
import { groupsOneByOne } from "../../src/text/secrets/signs.ts";
import { randomFrom } from "../support/random.ts";
import { sampleOf } from "../support/sample-text.ts";

/** All words that are looked for. */
const WORDS = RULE_GROUPS.flatMap(({ signs: { words, prefixes } }) =>
  [...words, ...prefixes].flatMap(([, list]) => list.split("|")),
).concat(".", "://", "@", " -", "echo ", "|", "printf", "<<", "<(", "curl", "-u");

function automatonOf(words: readonly string[]): Automaton<string[]> {
  const told = new Map(words.map((word) => [word, [word]]));
  return new Automaton(told, (one, other) => [...one, ...other]);
}

function foundBy(automaton: Automaton<string[]>, text: string): [word: string, end: number][] {
  const found: [string, number][] = [];
  automaton.search(text, (all, end) => {
    for (const word of all) found.push([word, end]);
  });
  return found;
}

/** What it finds, slowly. */
function endsOf(words: readonly string[], text: string): [word: string, end: number][] {
  const longestFirst = words.toSorted((one, other) => other.length - one.length);
  return Array.from(text, (_, at) => at + 1).flatMap((end) =>
    longestFirst
      .filter((word) => text.slice(0, end).endsWith(word))
      .map((word): [string, number] => [word, end]),
  );
}

describe("an automaton", () => {
  test("finds all words wherever they are, also within each other", () => {
    const next = randomFrom(7);
    const some = (chars: number) => pick(next, [..."aabc_é日"], chars).join("");
    let found = 0;
    for (let round = 0; round < 1000; round++) {
      const words = [...new Set(Array.from({ length: 6 }, () => some(1 + next() * 5)))];
      const text = some(next() * 60);
      const ends = endsOf(words, text);
      found += ends.length;
      expect(foundBy(automatonOf(words), text)).toEqual(ends);
    }
    expect(found).toBeGreaterThan(3000);
  });

  test("takes every letter for its small one", () => {
    const letters = [...new Set(WORDS.join("").toLowerCase())];
    const automaton = automatonOf(letters);
    const differing = Array.from({ length: 0x10000 }, (_, code) =>
      String.fromCharCode(code),
    ).filter((letter) => {
      const small = letters.filter((each) => each === letter.toLowerCase());
      return String(foundBy(automaton, letter)) !== String(small.map((each) => [each, 1]));
    });
    expect(differing).toEqual([]);
  });
});

function pick<T>(next: () => number, of: readonly T[], count: number): T[] {
  return Array.from({ length: Math.floor(count) }, () => of[Math.floor(next() * of.length)] as T);
}

describe("all signs at once", () => {
  const search = atOnce();

  test("are those that are found one by one, and so are names", () => {
    const next = randomFrom(8);
    const between = [..." \n\t.-_:/@=aZ9", "日", "sixteen-letters-", "vault", "İ", "\u212a"];
    const seen = new Set<number>();
    for (let round = 0; round < 20_000; round++) {
      const words = pick(next, WORDS, next() * 4).flatMap((word) => [
        next() < 0.2 ? word.toUpperCase() : word,
        ...pick(next, between, next() * 4),
      ]);
      const text = words.join("");
      const groups = groupsOneByOne(text, RULE_GROUPS);
      seen.add(groups);
      expect([text, search.groups(text)]).toEqual([text, groups]);
      expect([text, search.names(text)]).toEqual([text, namesOneByOne(text)]);
    }
    expect(seen.size).toBeGreaterThan(40);
  });

  test("are found in each rule's sample, too", () => {
    const samples = Object.values(allRules()).map(({ sample }) => sampleOf(sample, "").text);
    expect(samples.map((text) => [text, search.groups(text)])).toEqual(
      samples.map((text) => [text, groupsOneByOne(text, RULE_GROUPS)]),
    );
  });
});

test("of many texts each is redacted as it is alone", () => {
  const secret = "export GITHUB_TOKEN=ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  const first = redact(secret);
  expect(first).not.toContain("16C7e42F");
  lookForSignsBy(atOnce);
  for (let nth = 0; nth < 1000; nth++) {
    const text = `text number ${nth} of many`;
    expect(redact(text)).toBe(text);
  }
  expect(redact(secret)).toBe(first);
});
