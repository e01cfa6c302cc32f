import { describe, expect, test } from "bun:test";
import { type Payload, parsePayload } from "../../../src/agents/wire/payload.ts";
import { malformedPayloads } from "../../../src/agents/wire/salvage.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const readings = (text: string) => [...malformedPayloads(bytes(text))];
/** What a payload is taken for: the first reading that names a session. */
const read = (text: string): Payload | undefined =>
  readings(text).find((payload) => payload["session_id"] !== undefined);

const WHOLE = '{"session_id":"s","cwd":"/w","prompt":"hi"}';
const PAYLOAD = { session_id: "s", cwd: "/w", prompt: "hi" };

describe("a payload that is no JSON is read", () => {
  const cases: [string, string, object][] = [
    ["a raw line break", '{"session_id":"s","prompt":"one\ntwo"}', { prompt: "one\ntwo" }],
    ["a raw CRLF and a tab", '{"session_id":"s","prompt":"a\r\n\tb"}', { prompt: "a\r\n\tb" }],
    [
      "a raw NUL and an escape",
      '{"session_id":"s","prompt":"a\0b\x1b[31m"}',
      { prompt: "a\0b\x1b[31m" },
    ],
    ["a Windows path", '{"session_id":"s","cwd":"C:\\Users\\x"}', { cwd: "C:\\Users\\x" }],
    [
      "an escape that JSON lacks",
      '{"session_id":"s","prompt":"\\d+ \\x41"}',
      { prompt: "\\d+ \\x41" },
    ],
    ["a cut \\u", '{"session_id":"s","prompt":"\\u12 \\u00e9"}', { prompt: "\\u12 é" }],
    [
      "raw line breaks deeper in",
      '{"session_id":"s","tool_input":{"command":"a\nb"}}',
      { tool_input: { command: "a\nb" } },
    ],
    ["a comma too many", '{"session_id":"s","prompt":"hi",}', { prompt: "hi" }],
    [
      "commas too many deeper in",
      '{"session_id":"s","x":{"list":[1,2, ],},"y":[{},]}',
      { x: { list: [1, 2] }, y: [{}] },
    ],
    [
      "NaN beside it",
      '{"session_id":"s","x":NaN,"prompt":"a\nNaN"}',
      { x: null, prompt: "a\nNaN" },
    ],
    ["text before it", `loading config {a: 1}\n${WHOLE}`, PAYLOAD],
    ["a shell's trace before it", `+ echo $X {"\n+ true\n${WHOLE}`, PAYLOAD],
    ["a log line of JSON before it", `{"level":"info","msg":"x"}\n${WHOLE}`, PAYLOAD],
    ["text behind it", `${WHOLE} trailing`, PAYLOAD],
    ["a brace behind it", `${WHOLE}}`, PAYLOAD],
    ["NULs behind it", `${WHOLE}\0\0`, PAYLOAD],
    ["another one behind it", `${WHOLE}{"session_id":"other"}`, PAYLOAD],
    ["a mark before it, twice", `\uFEFF\uFEFF${WHOLE}`, PAYLOAD],
    ["a list around it", `[${WHOLE}]`, PAYLOAD],
    ["quotes around it", JSON.stringify(WHOLE), PAYLOAD],
    ["quotes and a line break around it", `${JSON.stringify(WHOLE)}\n`, PAYLOAD],
    ["single quotes", "{'session_id': 's', 'prompt': 'it is \"x\"'}", { prompt: 'it is "x"' }],
    ["names without quotes", '{session_id: "s", prompt: "hi"}', { prompt: "hi" }],
    ["comments", '{"session_id":"s", /* who */ "prompt":"hi" // what\n}', { prompt: "hi" }],
    ["no end", '{"session_id":"s","cwd":"/w","prompt":"hi', { cwd: "/w" }],
    [
      "no end in a tool's input",
      '{"session_id":"s","tool_input":{"command":"ls","x":"',
      { tool_input: { command: "ls" } },
    ],
    ["a quote within a string", '{"session_id":"s","prompt":"say "hi" to"}', { prompt: "say " }],
    ["a quote within a string before the id", '{"prompt":"say "hi" to","session_id":"s"}', {}],
    ["a raw line break before the id", '{"prompt":"a\nb","session_id":"s"}', { prompt: "a\nb" }],
  ];
  test.each(cases)("with %s", (_, text, fields) => {
    expect(parsePayload(bytes(text))).toBeNull();
    expect(read(text)).toMatchObject({ session_id: "s", ...fields });
  });

  test.each(["utf-16le", "utf-16be"])("in %s", (encoding) => {
    const wide = new Uint8Array(2 + 2 * WHOLE.length);
    const view = new DataView(wide.buffer);
    const isLittle = encoding === "utf-16le";
    view.setUint16(0, 0xfeff, isLittle);
    for (const [n, char] of [...WHOLE].entries())
      view.setUint16(2 + 2 * n, char.charCodeAt(0), isLittle);
    expect(parsePayload(wide)).toEqual(PAYLOAD);
  });

  test("from an unquoted prefix of any length", () => {
    const text = '{"session_id":"s","cwd":"/w","prompt":"one\ntwo","tool_input":{"a":[1,"b"]}}';
    for (let end = '{"session_id":"s",'.length; end < text.length; end++) {
      expect(read(text.slice(0, end))).toMatchObject({ session_id: "s" });
    }
  });
});

test("of a large one the beginning and the end are read", () => {
  const large = `{"session_id":"s","x":"\n${"x".repeat(1_000_000)}","tool_use_id":"t1"}`;
  expect(read(large)).toMatchObject({ session_id: "s", tool_use_id: "t1" });
});

describe("nothing is made of", () => {
  test.each([
    ["text", "no object at all"],
    ["a list of numbers", "[1, 2"],
    ["what is inside a payload that is cut off", '{"x":{"session_id":"inner"},"prompt":"a'],
    ["what is inside a string", '{"x":"{\\"session_id\\":\\"quoted\\"}","prompt":"a'],
    ["an empty object", "{}{"],
  ])("%s", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  test("__proto__", () => {
    for (const payload of readings('{"__proto__":{"session_id":"x"},"a":"b\nc"}')) {
      expect(payload["session_id"]).toBeUndefined();
    }
  });
});

/** Texts on which reading one object after another, or one string after another, could take for ever. */
const LARGE: [string, string][] = [
  ["strings without an end", '{"a'.repeat(2_000_000)],
  ["objects within objects", '{"a":'.repeat(1_000_000)],
  ["lists", "[".repeat(8_000_000)],
  ["backslashes", `{"a":"${"\\".repeat(8_000_000)}`],
  ["quotes", '"'.repeat(8_000_000)],
  ["escaped quotes", `{"a":"${'\\"'.repeat(4_000_000)}`],
  ["commas and spaces", `{"a":"\n"${",  ".repeat(2_000_000)}`],
  ["line breaks in a string", `{"session_id":"s","a":"${"\n".repeat(8_000_000)}"}`],
  ["braces", "{".repeat(8_000_000)],
  ["closing braces", `{"a":1${"}".repeat(8_000_000)}`],
];

test.each(LARGE)("8 MB of %s are read in a bounded time", (_, text) => {
  const began = performance.now();
  for (const payload of malformedPayloads(bytes(text))) expect(payload).toBeObject();
  expect(performance.now() - began).toBeLessThan(5000);
});
