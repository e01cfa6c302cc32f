import { describe, expect, test } from "bun:test";
import { markOf, mayHoldSecret, redact } from "../../src/text/redact.ts";
import { allRules, RULE_GROUPS, type RuleName } from "../../src/text/secrets/rules.ts";
import { tools } from "../../src/text/secrets/tools/tool-table.ts";
import { filled, sampleOf } from "../support/sample-text.ts";

const rules = Object.entries(allRules()) as [RuleName, ReturnType<typeof allRules>[RuleName]][];

describe("a rule finds its sample, alone and among words, and leaves its decoy", () => {
  test.each(rules)("%s", (name, { sample, decoy }) => {
    const { text, redacted } = sampleOf(sample, markOf(name));
    for (const [before, after] of [
      ["", ""],
      ["with ", " it goes"],
      ["(", ")\n"],
    ]) {
      expect(redact(before + text + after)).toBe(before + redacted + after);
    }
    expect(redact(redacted)).toBe(redacted);
    expect(redact(filled(decoy))).toBe(filled(decoy));
  });
});

const SECRET = "q7Xz2mNv9RtB4kLw";

/** Each name of a tool with each of its flags. */
const calls = tools().flatMap(([names, flags, position]) =>
  names.split(",").flatMap((name) =>
    flags.split(" ").map((flag) => {
      if (position === "stdin") return `echo ${SECRET} | ${name} ${flag}`.trimEnd();
      const before =
        { pair: "me:", cookie: "a=", source: "pass:", member: "a=" }[position as string] ?? "";
      const value = position === "attached" ? `${flag}${SECRET}` : `${flag} ${before}${SECRET}`;
      return `${name} ${value.trimStart()}`;
    }),
  ),
);

describe("a tool's secret goes, in a command, in a script's string and in JSON", () => {
  test.each(calls)("%s", (call) => {
    // A cookie goes with its name.
    const isCookie = /^curl (?:-b|--cookie)/.test(call);
    const redacted = call.replace(isCookie ? `a=${SECRET}` : SECRET, markOf("command-line"));
    expect(redact(`Bash: cd a && ${call}\nls`)).toBe(`Bash: cd a && ${redacted}\nls`);
    expect(redact(`ssh h "${call}"`)).toBe(`ssh h "${redacted}"`);
    expect(redact(JSON.stringify({ cmd: call }))).toBe(JSON.stringify({ cmd: redacted }));
    const folded = call.replace(/ (?=-)/, " \\\n");
    expect(redact(`${folded} h`)).not.toContain(SECRET);
  });
});

test("what a text is first searched for occurs in all hints and prefixes of the rules", () => {
  for (const { signs, make } of RULE_GROUPS) {
    const split = (lists: typeof signs.words) => lists.flatMap(([, words]) => words.split("|"));
    const words = split(signs.words);
    const prefixes = split(signs.prefixes);
    const used = new Set<string>();
    const uncovered = Object.values(make())
      .flatMap(({ hints, prefixes: own = [] }) => [...hints, ...own])
      .filter((hint) => {
        const found = [
          ...words.filter((word) => hint.toLowerCase().includes(word)),
          ...prefixes.filter((prefix) => hint.includes(prefix)),
        ];
        for (const sign of found) used.add(sign);
        return found.length === 0;
      });
    expect(uncovered).toEqual([]);
    expect([...words, ...prefixes].filter((sign) => !used.has(sign))).toEqual([]);
  }
});

test("no sample goes unseen by the first search, and the usual texts of a call do", () => {
  for (const [name, { sample }] of rules) {
    expect([name, mayHoldSecret(sampleOf(sample, "").text)]).toEqual([name, true]);
  }
  const usual = [
    "Bash",
    "Bash: npm test -- --watch=false src/record/content.test.ts 2>&1 | tail -40",
    "/home/me/work/project",
    "/home/me/.claude/projects/-home-me-work-project/8a4e1f3a-1234-4abc-8def-0123456789ab.jsonl",
    "toolu_01ABCdefGHIjklMNOpqrSTU",
    "Please look at the parser and find out why the second test fails. Write a test first.",
  ];
  for (const text of usual) expect([text, mayHoldSecret(text)]).toEqual([text, false]);
});

const LONG = "lorem ipsum dolor sit amet, consectetur adipiscing elit\n".repeat(100);

test.each(rules)("%s is found in a long text, too", (name, { sample }) => {
  const { text, redacted } = sampleOf(sample, markOf(name));
  expect(redact(`${LONG}${text}\n${LONG}`)).toBe(`${LONG}${redacted}\n${LONG}`);
});

test("every prefix is of the characters of which a long text is searched for runs", () => {
  const prefixes = rules.flatMap(([, { prefixes: own = [] }]) => own);
  expect(prefixes.length).toBeGreaterThan(200);
  expect(prefixes.filter((prefix) => !/^[\w.:$~+/%-]+$/.test(prefix))).toEqual([]);
});

test("what is crossed out in a document stays as it is", () => {
  for (const text of ["ghp_xxxxxxxxxxxxxxxxxxxx", "glpat-XXXXXXXXXXXXXXXXXXXX"]) {
    expect(redact(`set it to ${text}`)).toBe(`set it to ${text}`);
  }
});
