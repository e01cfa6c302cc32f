import { describe, expect, test } from "bun:test";
import { redact } from "../../src/text/redact.ts";
import { CONTEXTS, leaks, secrets } from "./secret-corpus.ts";

const corpus = secrets(500);
const BARE = /^a word of/;

test("the corpus is of 500 secrets in 19 contexts", () => {
  expect(new Set(corpus).size).toBe(500);
  expect(Object.keys(CONTEXTS)).toHaveLength(19);
});

describe("of 500 secrets nearly all go in a context, and most without one", () => {
  test.each(Object.entries(CONTEXTS))("%s", (name, place) => {
    const missed = corpus.filter((secret) => leaks(redact(place(secret)), secret));
    const found = 1 - missed.length / corpus.length;
    const some = missed.slice(0, 20).join("\n");
    expect(found, some).toBeGreaterThanOrEqual(BARE.test(name) ? 0.6 : 0.95);
  });
});

test("what was redacted stays as it is", () => {
  for (const place of Object.values(CONTEXTS)) {
    for (const secret of corpus.slice(0, 125)) {
      const redacted = redact(place(secret));
      expect(redact(redacted)).toBe(redacted);
    }
  }
});
