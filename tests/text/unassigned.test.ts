import { expect, test } from "bun:test";
import { lookForSignsBy, redact } from "../../src/text/redact.ts";
import { isUnassigned } from "../../src/text/secrets/assignment/unassigned.ts";
import { atOnce } from "../../src/text/secrets/at-once.ts";
import { randomFrom } from "../support/random.ts";

test.each([
  ["the token of that call", false],
  ["the token and more", true],
  ["a token, then", true],
  ["a token.", true],
  ["read(token)", true],
  ["all tokens = 4", true],
  ["the token is hunter2", false],
  ["token = x", false],
  ["token: x", false],
  ["--token and more", false],
  ["<token and more>", false],
  ['"token" and more', false],
  ["token value = x", false],
  ["token, 'x'", false],
  ["token, \\'x\\'", false],
  ["token,\n  value: x", false],
  ["set --secret key and more", false],
  ["the same-key and more", false],
  ["monkey and more", true],
])("%j", (text, is) => {
  expect(isUnassigned(text, text.search(/token|key/))).toBe(is);
});

const BEFORE = [
  ...'-< .:_("',
  ..." ,set ,--,---,a.,a:,the ,export ,set --,<a ,<a key=',api ,secret_,(\"".split(","),
];
const NAMES =
  "token,Token,TOKEN,key,api_key,apiKey,secret,secret key,tokens,keys,token_2,token_secret";
const BETWEEN = [
  ..." =:,.;?+|[]()<>\n\t\\'\"`é：\u00a0",
  ..." = | is | to |: |, | '|=> '|\", \"|\n'|  |\n\n|;\n| value=| value: |\nvalue: | string = |s = ".split(
    "|",
  ),
];
const VALUES = "hunter2,value,parameter,default,the,and more,q7Xz2mNv9RtB4kLw,'x y',correct,b\"x\"";

test("where nothing can be assigned, all else finds nothing either", () => {
  lookForSignsBy(atOnce);
  const next = randomFrom(21);
  const one = (of: readonly string[]) => of[Math.floor(next() * of.length)] ?? "";
  const far = `\n${" ".repeat(300)}`;
  let redacted = 0;
  for (let round = 0; round < 30_000; round++) {
    const parts = [
      BEFORE,
      NAMES.split(","),
      BETWEEN,
      VALUES.split(","),
      BETWEEN,
      VALUES.split(","),
    ];
    const text = parts.map((of) => (next() < 0.9 ? one(of) : "")).join("");
    // With another kind of names in the text, all else is asked.
    const expected = redact(`${text}${far}psk`);
    if (!expected.startsWith(text)) redacted++;
    expect(`${redact(text + far)}psk`).toBe(expected);
  }
  expect(redacted).toBeGreaterThan(1500);
});
