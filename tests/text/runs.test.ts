import { expect, test } from "bun:test";
import { longRuns } from "../../src/text/secrets/signs.ts";
import { randomFrom } from "../support/random.ts";

/** What it finds, slowly. */
function runsOf(text: string): string {
  return text.match(/[\w.:$~+/%-]{16,}/gu)?.join("\n") ?? "";
}

test.each([
  ["", ""],
  ["fifteen-letters", ""],
  ["sixteen--letters", "sixteen--letters"],
  [" sixteen--letters and seventeen-letters ", "sixteen--letters\nseventeen-letters"],
  ["fifteen-letters sixteen--letters", "sixteen--letters"],
])("%j", (text, runs) => {
  expect(longRuns(text)).toBe(runs);
});

test("every character is known that may be part of a token, and no other", () => {
  for (let code = 0; code < 0x250; code++) {
    const text = String.fromCharCode(code).repeat(16);
    expect([code, longRuns(text)]).toEqual([code, runsOf(text)]);
  }
});

test("made-up texts", () => {
  const next = randomFrom(11);
  let found = 0;
  for (let round = 0; round < 3000; round++) {
    const share = next();
    const text = Array.from({ length: Math.floor(next() * 120) }, () =>
      next() < share * 0.3 ? " \n=日"[Math.floor(next() * 4)] : "aZ9_.%"[Math.floor(next() * 6)],
    ).join("");
    expect(longRuns(text)).toBe(runsOf(text));
    if (runsOf(text).includes("\n")) found++;
  }
  expect(found).toBeGreaterThan(300);
});
