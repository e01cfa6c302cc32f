import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { BinaryOutcome } from "../support/binary.ts";
import { SharedHome } from "./shared-home.ts";

const BAD_AGENT_IDS = [
  "",
  " ",
  "   ",
  ".",
  "..",
  "-",
  "--",
  "-leading-dash",
  "foo:bar",
  "../x",
  "a/b",
  "/",
  "  spaces  ",
  "a b",
  "trailing ",
  "é",
  "日本",
  'say "hi"',
  "a,b",
  "a@b",
  "x".repeat(65),
  "😀".repeat(64),
  "😀".repeat(65),
  `-${"x".repeat(64)}`,
  " ".repeat(65),
  "a/".repeat(33),
];

const BAD_NAMESPACES = [
  "",
  "  ",
  ":",
  ":foo",
  "foo:",
  "foo::bar",
  "a b",
  "foo/bar",
  "..",
  "a:..",
  "a:.:b",
  "../etc",
  "-leading-dash",
  "a:-b",
  "foo,bar",
  "é:b",
  "a:b c:..",
  "x".repeat(257),
  "😀".repeat(257),
  "agent-runtime",
  "agent-runtime:",
  "agent-runtime:foo:bar",
  "agent-runtime:a:b:c",
  "agent-runtime:foo bar",
  "agent-runtime:../etc",
  "agent-runtime:-x",
  "agent-runtime:..",
  `agent-runtime:${"x".repeat(65)}`,
];

/** Values that memtomem quotes as Python does: as they are, in our message, in memtomem's. */
const QUOTED_OTHERWISE = [
  ["a\nb", "'a\\nb'", "'a\\nb'"],
  ["a\t\r", "'a\\t\\r'", "'a\\t\\r'"],
  ["a\u001b[31m", "'a\\x1b[31m'", "'a\\x1b[31m'"],
  ["a\u007f\u0085", "'a\\x7f\\x85'", "'a\\x7f\\x85'"],
  ["a\u202eb", "'a\\u202eb'", "'a\\u202eb'"],
  ["a\\b", "'a\\b'", "'a\\\\b'"],
  ["it's", "'it's'", `"it's"`],
  [`'"`, `''"'`, `'\\'"'`],
  ["a\u200bb", "'a\u200bb'", "'a\\u200bb'"],
  ["\u3000", "'\u3000'", "'\\u3000'"],
  ["a\u00a0b", "'a\u00a0b'", "'a\\xa0b'"],
] as const;

const GOOD = [
  ...["default", "Default", "v2.0", ".hidden", "a..b", "...", "_x", "x".repeat(64)].map((id) => [
    "--agent-id",
    id,
  ]),
  ...["shared", "a:b:c", "agent-runtime:default", "Agent-Runtime:a:b", "x".repeat(256)].map(
    (ns) => ["--namespace", ns],
  ),
];

const BAD_DURATIONS = [
  ...["forever", "24", "h", "1.5h", "-1h", "+1h", "1h30m", "1w", "1 h h", "0x1h", "h1", "24 hours"],
  ...["1\u00b2h", "m5", "30M!", ".5h", "1e3s", "٣", "24h,"],
];

const start = (option: string, value: string) => ["session", "start", `${option}=${value}`];

/** Runs each list of words with both programs; no home is made by either. */
async function both(commands: readonly string[][]): Promise<[BinaryOutcome, BinaryOutcome][]> {
  using home = new SharedHome();
  const theirs = await home.theirCommands(commands);
  const outcomes: [BinaryOutcome, BinaryOutcome][] = [];
  for (const [i, argv] of commands.entries()) {
    const their = theirs[i];
    if (their === undefined) throw new Error("too few outcomes");
    outcomes.push([await home.ours(...argv), their]);
  }
  expect(existsSync(home.home)).toBe(false);
  return outcomes;
}

/** As memtomem would have said it. */
/** Our hints come on lines of their own, after memtomem's words. */
function inTheirWords({ code, out, err }: BinaryOutcome) {
  return { code, out, err: err.replace(/^mm: /u, "Error: ").replace(/\n {2}hint: .*/gsu, "\n") };
}

describe("the same words for", () => {
  test.each([
    ["--agent-id", BAD_AGENT_IDS],
    ["--namespace", BAD_NAMESPACES],
  ] as const)("a bad %s", async (option, values) => {
    for (const [ours, theirs] of await both(values.map((value) => start(option, value)))) {
      expect(inTheirWords(ours)).toEqual(theirs as ReturnType<typeof inTheirWords>);
      expect(ours.code).toBe(1);
    }
  });

  test("a bad --agent-id of wrap", async () => {
    const argv = ["session", "wrap", "-a", "a/b", "--", "false"];
    for (const [ours, theirs] of await both([argv])) {
      expect(inTheirWords(ours)).toEqual(theirs as ReturnType<typeof inTheirWords>);
    }
  });

  test("a bad duration, but for memtomem's full stop", async () => {
    const commands = BAD_DURATIONS.map((value) => start("--auto-end-stale", value));
    for (const [ours, theirs] of await both(commands)) {
      const [first = ""] = ours.err.split("\n");
      const words = `${first.replace(/^mm: /u, "Error: Invalid value: ")}.\n`;
      expect(theirs.err.split("\n\n")[1]).toBe(words);
      expect([ours.code, ours.out]).toEqual([theirs.code, theirs.out]);
    }
  });

  test("no session", async () => {
    const commands = [
      ["session", "end"],
      ["session", "end", "--auto"],
      ["session", "end", "-s", "x"],
      ["session", "events"],
      ["activity", "log", "-c", "x"],
      ["activity", "log", "-c", "x", "--type", "error", "--meta", "{}"],
    ];
    for (const [ours, theirs] of await both(commands)) {
      expect(inTheirWords(ours)).toEqual(theirs as ReturnType<typeof inTheirWords>);
    }
  });
});

test("what both accept", async () => {
  const commands = GOOD.map(([option = "", value = ""]) => start(option, value));
  using unconfigured = new SharedHome();
  for (const theirs of await unconfigured.theirCommands(commands)) {
    expect(theirs.err).toStartWith("Error: memtomem is not configured.");
  }
  for (const argv of commands) {
    using home = new SharedHome();
    expect(await home.ours(...argv)).toMatchObject({ code: 0, err: "" });
  }
});

describe("intended differences", () => {
  test.each([
    ["--agent-id", "invalid agent-id"],
    ["--namespace", "invalid namespace"],
  ])("how a bad %s is quoted", async (option, lead) => {
    const outcomes = await both(QUOTED_OTHERWISE.map(([value]) => start(option, value)));
    for (const [i, [ours, theirs]] of outcomes.entries()) {
      const [, our = "", their = ""] = QUOTED_OTHERWISE[i] ?? [];
      expect(theirs.err).toStartWith(`Error: ${lead} ${their}: `);
      expect(ours.err).toStartWith(`mm: ${lead} ${our}: `);
      expect(inTheirWords(ours).err.replaceAll(our, their)).toBe(theirs.err);
    }
  });

  test("durations that memtomem takes, or breaks at", async () => {
    const values = ["", "٣h", "99999999999d"];
    for (const [ours] of await both(values.map((value) => start("--auto-end-stale", value)))) {
      expect(ours).toMatchObject({ code: 2, out: "" });
      expect(ours.err).toStartWith("mm: invalid duration '");
    }
  });
});
