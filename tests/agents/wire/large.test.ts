import { expect, test } from "bun:test";
import { parseLarge } from "../../../src/agents/wire/large.ts";
import { parsePayload } from "../../../src/agents/wire/payload.ts";
import { receiveHook } from "../../../src/agents/wire/receive.ts";
import { randomFrom } from "../../support/random.ts";

const PIECE = 64 * 1024;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const payload = (inner: string) =>
  bytesOf(`{"tool_name": "Bash", "out": "${inner}", "ok": [true, "x"]}`);

/** What stands at the end of a piece, wherever in it that is cut. */
const AT_THE_CUT = [
  "\\n",
  "\\\\",
  "\\\\\\\\\\n",
  '\\"',
  "\\u00e9",
  "\\\\u00e9",
  "\\ud83d\\ude00",
  "é",
  "漢",
  "😀",
  "\ufeff",
  "\u2028",
];

test.each(AT_THE_CUT)("%j is read as it is, wherever a piece ends", (text) => {
  for (let before = PIECE - 16; before <= PIECE + 1; before++) {
    const bytes = payload(`${"x".repeat(before)}${text}${text}y${"z\\t".repeat(40_000)}`);
    const read = parseLarge(bytes);
    expect(read).not.toBeNull();
    expect(read).toEqual(parsePayload(bytes));
  }
});

test("any strings are read as if at once", () => {
  const random = randomFrom(7);
  let inPieces = 0;
  const some = (most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => {
      const text = AT_THE_CUT[Math.floor(random() * AT_THE_CUT.length)] ?? "";
      return text + "abc ".repeat(Math.floor(random() * 9));
    }).join("");
  for (let round = 0; round < 40; round++) {
    const bytes = bytesOf(
      `{"a": "${some(9000)}", "__proto__": {"b": ["${some(9000)}", {"c": "${some(9)}"}]}, "d": "${some(9000)}"}`,
    );
    const read = parseLarge(bytes);
    if (read === null) continue;
    expect(JSON.stringify(read)).toBe(JSON.stringify(parsePayload(bytes)));
    inPieces++;
  }
  expect(inPieces).toBeGreaterThan(20);
});

test("bytes that are no UTF-8 are read as if at once", () => {
  for (let before = PIECE - 6; before <= PIECE; before++) {
    for (const broken of [[0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xff], [0x80, 0x80, 0x80], [0xc3]]) {
      const bytes = payload("x".repeat(2 * PIECE));
      bytes.set(broken, bytes.indexOf(0x78) + before);
      expect(parseLarge(bytes)).toEqual(parsePayload(bytes));
    }
  }
});

const LONG = "x".repeat(2 * PIECE);

test.each([
  ["what has no long string", `{"a": "b"}`],
  ["a long key", `{"${LONG}" : 1}`],
  ["a key that is there twice", `{"a": "${LONG}", "a": 1}`],
  ["no object", `["${LONG}"]`],
  ["no JSON", `{"a": "${LONG}"`],
  ["a string without an end", `{"a": "${LONG}`],
  ["a wrong escape", `{"a": "${LONG}\\x"}`],
  ["a line break in a string", `{"a": "${LONG}\n"}`],
])("%s is left to others", (_, text) => {
  expect(parseLarge(bytesOf(text))).toBeNull();
});

test("a text that is like what stands in for a long string is left to others", () => {
  const length = LONG.length + 70;
  const text = `{"a": "${LONG}", "b": "long string 0 of ${length} bytes"}`.padEnd(length);
  expect(bytesOf(text)).toHaveLength(length);
  expect(parseLarge(bytesOf(text))).toBeNull();
});

test("a call with a large payload is the same event, and its bytes are given back", async () => {
  const response = { stdout: `é\n${'line "of" text\n'.repeat(150_000)}` };
  const call = { session_id: "s1", tool_name: "Bash", tool_input: {}, tool_response: response };
  const head = bytesOf(JSON.stringify(call));
  const released: number[] = [];
  const input = {
    head,
    tail: new Uint8Array(),
    total: head.length,
    isWhole: true,
    ended: true,
    release: () => void released.push(head.length),
  };
  const ctx = { env: {}, warnings: [], readHookInput: async () => input };
  const words = { agent: "claude", eventWord: "PostToolUse", parent: null };
  const received = await receiveHook(ctx, words, 100);
  expect(received?.event.tool?.output).toEqual(response);
  expect(received?.event.tool?.outputSize).toBe(response.stdout.length);
  expect(released).toEqual([head.length]);
});
