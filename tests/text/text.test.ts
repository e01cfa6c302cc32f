import { expect, test } from "bun:test";
import { counted, cutToBytes, escapeControls, firstChars, toJson } from "../../src/text/text.ts";

test("characters that could control a terminal or hide text are escaped", () => {
  expect(escapeControls("a\x1b[31mb\r\n\t\x07\x7f\x9b")).toBe(
    "a\\x1b[31mb\\r\\n\\t\\x07\\x7f\\x9b",
  );
  expect(escapeControls("a\u202eb\u2066c\u200fd\u061ce\u2028f")).toBe(
    "a\\u202eb\\u2066c\\u200fd\\u061ce\\u2028f",
  );
  expect(escapeControls("lone \ud800 and whole 😀 한국어 é")).toBe(
    "lone \\ud800 and whole 😀 한국어 é",
  );
});

test("JSON escapes C1 and bidi too, and still parses to the same", () => {
  const value = { text: "\u009b \u202e \u0000 \ud800 é" };
  const json = toJson(value);
  expect(json).toBe('{"text":"\\u009b \\u202e \\u0000 \\ud800 é"}');
  expect(JSON.parse(json)).toEqual(value);
});

test("length counts code points", () => {
  expect(firstChars("😀😀😀", 2)).toBe("😀😀");
  expect(firstChars("ab", 2)).toBe("ab");
  expect(firstChars("a😀b", 2)).toBe("a😀");
});

test("content is cut between characters, with a mark that counts bytes", () => {
  expect(cutToBytes("abc", 3, 0)).toBe("abc");
  expect(cutToBytes("abcd", 3, 0)).toBe("abc… [cut: 1 more bytes]");
  expect(cutToBytes("aé€", 4, 0)).toBe("aé… [cut: 3 more bytes]");
  expect(cutToBytes("abc", 3, 10)).toBe("abc… [cut: 10 more bytes]");
  expect(cutToBytes("\ud800", 10, 0)).toBe("\ufffd");
});

test("a number with its noun, in the plural if one is given", () => {
  expect([0, 1, 2].map((n) => counted(n, "session"))).toEqual([
    "0 sessions",
    "1 session",
    "2 sessions",
  ]);
  expect([0, 1, 2].map((n) => counted(n, "entry", "entries"))).toEqual([
    "0 entries",
    "1 entry",
    "2 entries",
  ]);
});
