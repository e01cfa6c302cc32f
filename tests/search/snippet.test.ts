import { expect, test } from "bun:test";
import { parseQuery } from "../../src/search/query.ts";
import { snippet } from "../../src/search/snippet.ts";

/** The snippet with its matches in brackets. */
function marked(content: string, query: string, cells = 160): string {
  return snippet(content, parseQuery(query).wanted, cells)
    .map(({ text, isMatch }) => (isMatch ? `[${text}]` : text))
    .join("");
}

const LONG = `${"start ".repeat(50)}the needle stands here ${"end ".repeat(50)}`;

test.each([
  ["Fix the Parser", "parser", "Fix the [Parser]"],
  ["Grüße an alle", "grusse grüße", "[Grüße] an alle"],
  ["an empty list, empty", '"empty list"', "an [empty list], empty"],
  ["prefixes of prefix", "pre*", "[prefixes] of [prefix]"],
  ["한국어 문서", "국어", "한[국어] 문서"],
  ["한국어".normalize("NFD"), "국", "한[국]어"],
  ["日本語のテスト", "本 テスト", "日[本]語の[テスト]"],
  ["  two\n\n lines\tof parser\n", "parser", "two lines of [parser]"],
  ["a b c", '"a b" "b c"', "[a b][ c]"],
  [
    "Write a script that finds orders without an invoice",
    "invoice",
    "Write a script that finds orders without an [invoice]",
  ],
  ["nothing of it", "else", "nothing of it"],
  ["", "x", ""],
])("%p for %p", (content, query, expected) => {
  expect(marked(content, query)).toBe(expected);
});

test("only the part of a long text around the match is shown", () => {
  const shown = marked(LONG, "needle", 60);
  expect(shown).toMatch(/^… ?start .*the \[needle\] stands here.*…$/u);
  expect(shown.length).toBeLessThan(70);
  expect(marked("한".repeat(500), "한", 40).replace(/[^한]/gu, "").length).toBeLessThanOrEqual(20);
  expect(marked(`${"x".repeat(5000)}`, "y", 40)).toBe(`${"x".repeat(40)}…`);
});

test("the part with the most words is shown, not the first one", () => {
  const content = `alpha ${"filler ".repeat(60)}alpha with beta`;
  expect(marked(content, "alpha beta", 60)).toContain("[alpha] with [beta]");
});

test("a cut never splits a character", () => {
  for (let cells = 1; cells < 60; cells++) {
    const parts = snippet("𠮷野家 🎉 𠮷 needle 🎉🎉 𠮷𠮷", parseQuery("needle").wanted, cells);
    expect(parts.every(({ text }) => text.isWellFormed())).toBe(true);
  }
});
