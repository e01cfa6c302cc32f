import { describe, expect, test } from "bun:test";
import { sentEvents } from "../../src/sync/push/events.ts";
import { markOf, redact } from "../../src/text/redact.ts";
import { redactJson } from "../../src/text/redact-json.ts";
import { allRules, type RuleName } from "../../src/text/secrets/rules.ts";
import { tools } from "../../src/text/secrets/tools/tool-table.ts";
import { sampleOf } from "../support/sample-text.ts";

const SECRET = "q7Xz2mNv9RtB4kLw";

const samples = Object.entries(allRules()).map(
  ([name, { sample }]) => sampleOf(sample, markOf(name as RuleName)).text,
);
const calls = tools().flatMap(([names, flags]) =>
  flags.split(" ").flatMap((flag) => {
    const [name = ""] = names.split(",");
    return [
      `${name} ${flag} ${SECRET}`,
      `echo ${SECRET} | ${name} ${flag}`,
      `${name} \\\n ${flag} ${SECRET}`,
    ];
  }),
);
const TEXTS = [...samples, ...calls];

/** What a person's session holds beside a secret. */
const PLAIN = ["npm test", "the parser is fixed", "see src/store/index.ts \\", "-u for short", ""];

const METADATA: readonly object[] = [
  { element: "PIN field", text: "4711" },
  { name: "Password input", value: SECRET },
  { password: SECRET },
  { a: [{ "x-api-key": SECRET }] },
  { command: `cd a\nmysql -p${SECRET}` },
  { [`ghp_${"A1b2C3d4".repeat(5)}`.slice(0, 40)]: 1 },
  { tool: "Edit", file: "a.ts" },
  ...TEXTS.map((text) => ({ text })),
];

const rowOf = (content: string, metadata: string, at: number) => ({
  id: at + 1,
  event_type: "tool_call",
  at_ms: 0,
  content,
  metadata,
});

/** What is sent of these contents, which are looked through together. */
function sent(contents: readonly string[], metadata = "{}") {
  return [
    ...sentEvents(
      "s",
      contents.map((content, at) => rowOf(content, metadata, at)),
      "2026-01-01",
    ),
  ];
}

function withSafeKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [redact(key), member]));
}

describe("texts that are looked through together are as safe as one by one", () => {
  test("a secret at any place among others", () => {
    for (const text of TEXTS) {
      const contents = [...PLAIN, text, ...PLAIN];
      expect(sent(contents).map(({ content }) => content)).toEqual(contents.map(redact));
    }
  });

  test("in metadata, too, whatever its names are", () => {
    for (const metadata of METADATA) {
      const told = JSON.stringify(redactJson(metadata), (_, value) => withSafeKeys(value));
      for (const event of sent(PLAIN, JSON.stringify(metadata))) expect(event.metadata).toBe(told);
    }
    expect(sent(PLAIN, JSON.stringify(METADATA[0]))[0]?.metadata).not.toContain("4711");
  });

  test("what is no secret is sent as it stands", () => {
    expect(sent(PLAIN, '{"tool":"Edit"}').map(({ content }) => content)).toEqual(PLAIN);
    expect(sent(["a\0b", "\ud800"], "{oops").map(({ content }) => content)).toEqual(["a␀b", "�"]);
    expect(sent(["one"], "{oops")[0]?.metadata).toBe('{"_unreadable":"{oops"}');
    expect(sent(["one"], '{"n":1.0}')[0]?.metadata).toBe('{"n":1}');
  });
});

test("events are read as they are sent, as together they may be larger than the memory", () => {
  let read = 0;
  function* rows() {
    for (; read < 1000; read++) yield rowOf("x".repeat(5000), "{}", read);
  }
  let sent = 0;
  for (const { content } of sentEvents("s", rows(), "2026-01-01")) {
    expect(content).toHaveLength(5000);
    if (++sent === 3) break;
  }
  expect(read).toBeLessThan(5);
});
