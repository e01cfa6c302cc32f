import { expect, test } from "bun:test";
import { clueExpression, cluesOf } from "../../src/search/clues.ts";
import { parseQuery } from "../../src/search/query.ts";

/** The clues of a query, with their stems. */
function clues(typed: string): string[] | undefined {
  return cluesOf(parseQuery(typed))?.map(
    ({ word, stem }) => `${word.tokens.join("")}${stem === null ? "" : ` ${stem.text}*`}`,
  );
}

test.each([
  ["how charges were retried", ["how", "charges charg*", "were", "retried retri*"]],
  ["fix src/a.ts", ["fix", "src", "a", "ts"]],
  ["빈 목록에서 실패", ["빈", "목록", "록에", "에서", "실패"]],
  ["docker的缓存", ["docker docke*", "的缓", "缓存"]],
  ["wieder-holte a a", ["wieder wiede*", "holte holt*", "a"]],
])("%p has the clues %p", (typed, expected) => {
  expect(clues(typed)).toEqual(expected);
});

test.each(["two words", '"one phrase of words"', "a* b* c*", "-a -b -c", "문서", ""])(
  "%p is no sentence",
  (typed) => {
    expect(clues(typed)).toBeUndefined();
  },
);

test("a long text has at most 32 clues", () => {
  expect(clues(Array.from({ length: 99 }, (_, n) => `word${n}`).join(" "))).toHaveLength(32);
});

test("what is quoted, left out or a beginning stays as it is", () => {
  const query = parseQuery('one two three "four five" six* -seven');
  const [first] = cluesOf(query) ?? [];
  expect(clueExpression(first === undefined ? [] : [first.word], query)).toBe(
    '(("one") AND "four five" AND "six"*) NOT ("seven")',
  );
});
