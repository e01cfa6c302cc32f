import { describe, expect, test } from "bun:test";
import {
  flatText,
  id,
  number,
  object,
  parsePayload,
  text,
  time,
} from "../../../src/agents/wire/payload.ts";
import { salvagePayload } from "../../../src/agents/wire/salvage.ts";

const bytes = (value: string) => new TextEncoder().encode(value);
const parsed = (value: string) => parsePayload(bytes(value));

describe("parsePayload", () => {
  const good: [string, object][] = [
    ["", {}],
    [" \r\n", {}],
    ['{"a":1}', { a: 1 }],
    ['\uFEFF{"a":1}', { a: 1 }],
    ['{"a":1}\r\n', { a: 1 }],
    ['{\r\n"a": 1\r\n}\n\n', { a: 1 }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"a":NaN,"b":[Infinity,-Infinity]}', { a: null, b: [null, null] }],
    ['{"a":NaN,"b":"NaN \\" Infinity"}', { a: null, b: 'NaN " Infinity' }],
    ['{"a":"\\ud800"}', { a: "\ud800" }],
  ];
  test.each(good)("%j", (input, payload) => {
    expect<object | null>(parsed(input)).toEqual(payload);
  });

  const bad = [
    "null",
    "[]",
    '"text"',
    "7",
    "true",
    "NaN",
    "{",
    '{"session_id":"a"',
    '{"a":NaN,"b":"',
    "{'a':1}",
    '{"a":1}{"b":2}',
    "not JSON",
    "\0",
    "[".repeat(200_000),
    '{"a":'.repeat(100_000),
  ];
  test.each(bad.map((input) => [input.slice(0, 20), input]))("%j is nothing", (_, input) => {
    expect(parsed(input)).toBeNull();
  });

  test("bytes that are not UTF-8 are replaced", () => {
    const broken = new Uint8Array([...bytes('{"a":"x'), 0xff, 0xc3, ...bytes('"}')]);
    expect(parsePayload(broken)).toEqual({ a: "x\ufffd\ufffd" });
  });

  test("__proto__ is a field like any other", () => {
    const payload = parsed('{"__proto__":{"session_id":"x"},"constructor":"y"}');
    expect(text(payload, "session_id")).toBeNull();
    expect(({} as Record<string, unknown>)["session_id"]).toBeUndefined();
  });
});

describe("fields", () => {
  const AT = 1_795_345_803_756;

  test("an id is text or a whole number, as it is", () => {
    const ids: [unknown, string | null][] = [
      ["a", "a"],
      [" a ", " a "],
      [7, "7"],
      ["x".repeat(512), "x".repeat(512)],
      ["x".repeat(513), null],
      ["", null],
      ["a\nb", null],
      ["a\u0085b", null],
      ["\ud800", null],
      [1.5, null],
      [null, null],
      [["a"], null],
      [{ a: 1 }, null],
      [true, null],
    ];
    for (const [value, expected] of ids) expect(id({ value }, "value")).toBe(expected);
    expect(id({ a: "", b: "second" }, "a", "b")).toBe("second");
    expect(id(null, "a")).toBeNull();
  });

  test("a time is a number of milliseconds, such a number in text, or ISO", () => {
    const times: [unknown, number | null][] = [
      [AT, AT],
      [AT + 0.7, AT],
      [String(AT), AT],
      [new Date(AT).toISOString(), AT],
      ["2026-11-22T11:10:03.756123456Z", AT],
      ["2026-11-22T12:10:03.756+01:00", AT],
      ["2026-11-22", null],
      ["2026-99-22T11:10:03Z", null],
      ["yesterday", null],
      ["", null],
      [AT / 1000, null],
      [0, null],
      [-1, null],
      [1e300, null],
      [[AT], null],
      [null, null],
    ];
    for (const [value, expected] of times) expect(time({ value }, "value")).toBe(expected);
  });

  test("what has the wrong type is absent", () => {
    const payload = { text: 1, number: "1", object: [], infinite: Number.POSITIVE_INFINITY };
    expect(text(payload, "text", "toString")).toBeNull();
    expect(number(payload, "number", "infinite")).toBeNull();
    expect(object(payload, "object")).toBeNull();
  });

  test("a message in parts is their text", () => {
    const parts = [{ type: "text", text: "a" }, { type: "image" }, "b", null, 7, { text: 8 }];
    expect(flatText(parts)).toBe("a\nb");
    expect(flatText([])).toBeNull();
    expect(flatText({ content: "a" })).toBe("a");
  });
});

describe("salvagePayload", () => {
  const cut = (value: string) => {
    const whole = bytes(value);
    return salvagePayload(whole.subarray(0, 65_536), whole.subarray(-4096));
  };
  const base = {
    session_id: "s",
    cwd: "/w",
    hook_event_name: "PostToolUse",
    tool_name: "Bash",
    tool_input: { command: "cat big" },
  };
  const END = { tool_use_id: "toolu_1", duration_ms: 25 };

  test("keeps what stands before and behind a result of 10 MB", () => {
    const stdout = "x".repeat(10_000_000);
    const whole = JSON.stringify({ ...base, tool_response: { stdout }, ...END });
    expect(cut(whole)).toEqual({ ...base, ...END });
    expect(cut(`\uFEFF  ${JSON.stringify(JSON.parse(whole), null, 2)}\r\n`)).toEqual({
      ...base,
      ...END,
    });
  });

  const DECOY = '","tool_use_id":"x","session_id":"y","duration_ms":1}';
  const decoys: [string, unknown, object, object][] = [
    ["at the end of the text", "x".repeat(10_000_000) + DECOY, END, END],
    ["with nothing behind it", "x".repeat(10_000_000) + DECOY, {}, {}],
    ["escaped twice", "x".repeat(10_000_000) + JSON.stringify(DECOY), END, END],
    ["behind backslashes", `${"\\".repeat(10_000_001)}${DECOY}`, {}, {}],
    ["in an object", { ...END, text: "x".repeat(10_000_000), tool_use_id: "x" }, {}, {}],
    [
      "in a small object before the id",
      { text: "x".repeat(1e7), a: [{ tool_use_id: "x" }] },
      END,
      END,
    ],
    ["at the start of the text", DECOY + "x".repeat(10_000_000), END, END],
  ];
  test.each(decoys)("is not taken in by an id %s", (_, tool_response, end, expected) => {
    expect(cut(JSON.stringify({ ...base, tool_response, ...end }))).toEqual({
      ...base,
      ...expected,
    });
  });

  test("takes the fields at the end in any order, past small objects", () => {
    const end = { tool_use_id: 'a"b\\', effort: { level: '}"{' }, duration_ms: -1.5e1, ok: true };
    const whole = JSON.stringify({ ...base, tool_response: "x".repeat(1e7), ...end });
    expect(cut(whole)).toEqual({ ...base, tool_use_id: 'a"b\\', duration_ms: -15 });
  });

  test("of a field that comes twice the last counts", () => {
    const whole = JSON.stringify({ ...base, tool_response: "x".repeat(1e7), ...END });
    const twice = `${whole.slice(0, -1)},"tool_use_id":"last"}`;
    expect(cut(twice)).toMatchObject({ tool_use_id: "last" });
    expect(cut('{"a":1,"a":2,"b":3}')).toEqual({ a: 2, b: 3 });
  });

  test("keeps the beginning of what was asked for", () => {
    const tool_input = { file_path: "/w/a.ts", content: "x".repeat(1e7) };
    expect(cut(JSON.stringify({ ...base, tool_input, ...END }))).toEqual({
      ...base,
      tool_input: { file_path: "/w/a.ts" },
      ...END,
    });
    const properties = { sessionID: "s", args: { filePath: "a" }, output: "x".repeat(1e7) };
    expect(cut(JSON.stringify({ type: "tool.execute.after", properties }))).toEqual({
      type: "tool.execute.after",
      properties: { sessionID: "s", args: { filePath: "a" } },
    });
  });

  test("finds nothing where nothing is, and never throws", () => {
    for (const input of [
      "",
      "{",
      "null",
      "[1,",
      '{"a',
      '{"a"',
      '{"a":',
      '{"a":1',
      '"',
      "}",
      ",}",
      ":1}",
      "{}}}",
    ]) {
      expect(cut(input)).toEqual({});
    }
    expect(cut('{"a":1,"b":"c","__proto__":1}')).toEqual({ a: 1, b: "c", ["__proto__"]: 1 });
    expect(cut(`{"a":1,"deep":${"[".repeat(60_000)}`)).toEqual({ a: 1 });
    expect(cut('{"args":'.repeat(8000))).toEqual({ args: { args: {} } });
  });
});
