import { expect, test } from "bun:test";
import { lookForWordsBy, redact } from "../../src/text/redact.ts";
import { bySieve, Sieve, sievedWords } from "../../src/text/secrets/sieve.ts";
import { randomFrom } from "../support/random.ts";

const LETTERS = "abcde_-é日";

test("a sieve finds a word wherever it is, and no other", () => {
  const next = randomFrom(7);
  const text = (chars: number) =>
    Array.from({ length: chars }, () => LETTERS[Math.floor(next() * LETTERS.length)]).join("");
  const sieve = new Sieve();
  let found = 0;
  for (let round = 0; round < 3000; round++) {
    const words = Array.from({ length: 4 }, () => text(1 + Math.floor(next() * 5)));
    const searched = text(Math.floor(next() * 60));
    const holds = words.some((word) => searched.includes(word));
    if (holds) found++;
    expect(sieve.holdsAny(searched, sievedWords(words))).toBe(holds);
  }
  expect(found).toBeGreaterThan(300);
});

test("what is sieved is redacted like what isn't", () => {
  const secret = "export GITHUB_TOKEN=ghp_16C7e42F292c6912E7710c838347Ae178B4a";
  const first = redact(secret);
  expect(first).not.toContain("16C7e42F");
  lookForWordsBy(bySieve);
  for (let nth = 0; nth < 1000; nth++) {
    const text = `text number ${nth} of many`;
    expect(redact(text)).toBe(text);
  }
  expect(redact(secret)).toBe(first);
});
