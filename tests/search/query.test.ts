import { expect, test } from "bun:test";
import { matchExpression, parseQuery } from "../../src/search/query.ts";
import { tokensOf, toSearchable } from "../../src/search/text-index/tokens.ts";

test.each([
  ["parser", '"parser"'],
  ["two words", '"two" AND "words"'],
  ['"empty list" x', '"empty list" AND "x"'],
  ["fix* -windows", '("fix"*) NOT ("windows")'],
  ['a -b -"c d"', '("a") NOT ("b" OR "c d")'],
  ['"open phrase', '"open phrase"'],
  ['foo"bar baz"*', '"foo" AND "bar baz"*'],
  ["src/my-file.ts", '"src/my-file.ts"'],
  ["AND OR NOT NEAR(a", '"AND" AND "OR" AND "NOT" AND "NEAR(a"'],
  ["text:x ^y", '"text:x" AND "^y"'],
  ["a\0b", '"a" AND "b"'],
  ["국어*", '" 국  어 "*'],
  ["🎉 done", '"done"'],
  ["--no-verify -- -x", '("--no-verify") NOT ("x")'],
  ["a A a* á a", '"a" AND "a"*'],
  ["-only -these", null],
  ['* - " "" 🎉 ()', null],
  ["", null],
])("%p is %p", (typed, expression) => {
  expect(matchExpression(parseQuery(typed))).toBe(expression);
});

test("each character of scripts without spaces is a word; other text stays", () => {
  expect(toSearchable("plain Grüße")).toBe("plain grusse");
  expect(toSearchable("a한국b")).toBe("a 한  국 b");
  expect(toSearchable("𠮷カー")).toBe(" 𠮷  カ  ー ");
  // A decomposed syllable, as in file names on macOS.
  expect(toSearchable("한".normalize("NFD"))).toBe(" 한 ");
});

test("tokens have positions, and forms without case and accents", () => {
  expect([...tokensOf("Éa-B 한글x")]).toEqual([
    { start: 0, end: 2, form: "ea" },
    { start: 3, end: 4, form: "b" },
    { start: 5, end: 6, form: "한" },
    { start: 6, end: 7, form: "글" },
    { start: 7, end: 8, form: "x" },
  ]);
});

test("ASCII text has the same tokens alone and inside other text", () => {
  const chars = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const text = `foo_bar a.b --X9 ${chars.join("")} ${chars.join(" ")}`;
  expect([...tokensOf(text)]).toEqual([...tokensOf(`${text} é`)].slice(0, -1));
});

test.each([
  ["σίσυφος", "ΣΊΣΥΦΟΣ"],
  ["елка", "ЁЛКА"],
  ["STRASSE", "Straße"],
  ["strasse", "STRAẞE"],
  ["istanbul", "İSTANBUL"],
  ["abc", "ＡＢＣ"],
  ["テキスト", "ﾃｷｽﾄ"],
  ["fine", "ﬁne"],
  ["cafe", "cafe\u0301"],
])("%s is the same word as %s", (one, other) => {
  const forms = (text: string) => [...tokensOf(text.normalize("NFC"))].map(({ form }) => form);
  expect(forms(other)).toEqual(forms(one));
  expect(toSearchable(other)).toBe(toSearchable(one).toLowerCase());
});

test("か and が are two characters", () => {
  expect(toSearchable("か")).not.toBe(toSearchable("が"));
});

test("colours hide no word", () => {
  expect(toSearchable("\x1b[31mred\x1b[0m end")).toBe("red end");
});
