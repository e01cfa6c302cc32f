import { expect, setDefaultTimeout, test } from "bun:test";
import { lookForSignsBy, mayHoldSecret, redact } from "../../src/text/redact.ts";
import { atOnce } from "../../src/text/secrets/at-once.ts";
import { allRules, RULE_GROUPS } from "../../src/text/secrets/rules.ts";
import { tools } from "../../src/text/secrets/tools/tool-table.ts";
import { sampleOf } from "../support/sample-text.ts";
import { cpuClock } from "../support/time.ts";

setDefaultTimeout(120_000);

const CHARS = 1 << 14;
/** What takes less of the processor for a character is not worth a second look, whatever its ratio. */
const LITTLE_MS = 0.001;

function processorMs(work: () => unknown): number {
  const took = cpuClock();
  work();
  return took();
}

const repeated = (part: string, chars: number) => part.repeat(Math.ceil(chars / part.length));

/** Whether twice as much takes about twice as long; what is quadratic takes four times as long. */
function isLinear(work: (text: string) => unknown, part: string, chars = CHARS): boolean {
  for (let tries = 0; tries < 4; tries++) {
    const twice = processorMs(() => work(repeated(part, 2 * chars)));
    if (twice < LITTLE_MS * 2 * chars) return true;
    if (twice < 3 * processorMs(() => work(repeated(part, chars)))) return true;
  }
  return false;
}

/** What begins like a secret again and again, and what never ends. */
function worstOf(hints: readonly string[], prefixes: readonly string[], text: string): string[] {
  const whole = "aB3dE5gH7jK9mN1pQ2sT";
  const afterHint = ["", " ", '"', "=", ": ", " -p '"];
  const afterPrefix = ["", "-", "a1", "://", whole, `${whole}-`, `${whole}.`, `${whole} '`];
  return [
    ...hints.flatMap((hint) => afterHint.map((tail) => hint + tail)),
    ...prefixes.flatMap((prefix) => afterPrefix.map((tail) => prefix + tail)),
    ...[text, `${text} `, text.slice(0, -1), text.slice(1), text.slice(0, text.length / 2)],
  ];
}

const ANY = [
  "a",
  "a1",
  "aB3-",
  '"',
  "'",
  "\\",
  "\\n",
  "\n",
  " ",
  "<",
  "<a ",
  "://",
  "://a:b",
  "-x ",
  "=",
  "| ",
];

test.each(Object.entries(allRules()))("%s takes linear time", (_name, rule) => {
  const { hints, prefixes = [], sample, apply } = rule;
  const parts = worstOf(hints, prefixes, sampleOf(sample, "").text);
  const slow = [...parts, ...ANY].filter((part) => !isLinear((text) => apply(text, "[x]"), part));
  expect(slow).toEqual([]);
});

test("tools' calls take linear time", () => {
  const { apply } = allRules()["command-line"];
  const parts = tools().flatMap(([names, flags]) => [
    `${names.split(",", 1)} `,
    `${names.split(",", 1)} ${flags.split(" ", 1)} `,
    `${names.split(",", 1)} ${flags.split(" ", 1)} '`,
    `${names.split(",", 1)} ${flags.split(" ", 1)} a1b2c3d4e5f6 `,
    `echo a1b2c3d4e5f6 | ${names.split(",", 1)} `,
  ]);
  const fed = [
    "passwd <<A ",
    "passwd <<EOF\n",
    "cat <<A | passwd ",
    "passwd <<< ",
    "a --key=<(echo ",
    "(echo a;",
  ];
  expect(
    [...parts, ...fed].filter((part) => !isLinear((text) => apply(text, "[x]"), part)),
  ).toEqual([]);
});

const NAMES = ["password", "x_key", "PASS", "пароль"];
const AFTER = [
  "",
  "=",
  ": ",
  '="',
  "=' ",
  " => '",
  "','",
  "> ",
  "=$(",
  '":"',
  "=[",
  "=<",
  '\\\\\\"',
  "\n  value: ",
  " value",
  "=a1b2c3d4e5f6g7h8 ",
];
const BEFORE = ["", "--", "set -x ", "<", '<a name="', "- name: ", "?", "{", "a.", "ENV "];

test("names and their values take linear time", () => {
  const parts = BEFORE.flatMap((before) =>
    NAMES.flatMap((name) => AFTER.map((after) => before + name + after)),
  );
  expect(parts.filter((part) => !isLinear(redact, part, CHARS / 2))).toEqual([]);
});

test("eight million characters take twice as long as four", () => {
  const secrets = Object.values(allRules()).map(({ sample }) => sampleOf(sample, "").text);
  const lines = `2026-03-10T12:00:00Z INFO the parser read src/text/a.ts in 12 ms\n`.repeat(40);
  const part = secrets.map((secret) => `${lines}${secret}\n`).join("");
  expect([part, lines].filter((text) => !isLinear(redact, text, 4e6))).toEqual([]);
});

const BEGIN = `-----BEGIN PRIVATE ${"KEY"}-----`;

test.each(
  [
    "a",
    "password=",
    "://",
    "eyJ",
    BEGIN,
    '"',
    "\\",
    "sk-",
    "ghp_",
    "SG.",
    "://a:b",
    "-x",
    "secret",
  ].map((part) => [part]),
)("a megabyte of %j takes less than a second", (part) => {
  redact(part);
  const text = repeated(part, 2 ** 20);
  expect(processorMs(() => redact(text))).toBeLessThan(1000);
});

test("to look for all signs at once takes linear time", () => {
  lookForSignsBy(atOnce);
  const signs = RULE_GROUPS.flatMap(({ signs: { words, prefixes } }) =>
    [...words, ...prefixes].flatMap(([, list]) => list.split("|")),
  );
  const parts = [
    "token ",
    "a.token ",
    "key ",
    ":token ",
    "<token ",
    "token    ",
    "token,\n,",
    "\u0130 ",
  ];
  expect([...signs, ...parts].filter((part) => !isLinear(mayHoldSecret, part))).toEqual([]);
  expect(parts.filter((part) => !isLinear(redact, part))).toEqual([]);
});
