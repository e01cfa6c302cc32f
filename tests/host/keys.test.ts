import { expect, test } from "bun:test";
import { readKeys } from "../../src/host/keys.ts";

const ESC = "\x1b";

test.each([
  ["", "", ""],
  ["a", "a", ""],
  ["설정🚀 é", "설 정 🚀 [ ] é", ""],
  ["\r", "<enter>", ""],
  ["\n", "<enter>", ""],
  ["\t", "<tab>", ""],
  ["\x7f\b", "<backspace> <backspace>", ""],
  ["\x15\x17", "<clear> <clear>", ""],
  ["\x10\x0e", "<up> <down>", ""],
  ["\x03\x04\x1c", "<leave> <leave> <leave>", ""],
  ["\x1a", "<suspend>", ""],
  ["\x00\x01\u0085", "", ""],
  [`${ESC}[A${ESC}[B`, "<up> <down>", ""],
  [`${ESC}OA${ESC}OB`, "<up> <down>", ""],
  [`${ESC}[1;5A`, "<up>", ""],
  [`${ESC}[H${ESC}[F${ESC}[1~${ESC}[4~`, "<home> <end> <home> <end>", ""],
  [`${ESC}[5~${ESC}[6~`, "<page-up> <page-down>", ""],
  [`${ESC}[3~${ESC}[C${ESC}OQ${ESC}[15~`, "", ""],
  [`${ESC}[200~x`, "x", ""],
  [`${ESC}xq`, "q", ""],
  [`a${ESC}`, "a", ESC],
  [`${ESC}${ESC}`, "<escape>", ESC],
  [`${ESC}[`, "", `${ESC}[`],
  [`${ESC}[1;`, "", `${ESC}[1;`],
  [`${ESC}O`, "", `${ESC}O`],
])("%j is %j, and %j is left", (typed, keys, rest) => {
  const read = readKeys(typed);
  const shown = read.keys.map(({ name, text }) => {
    return name === "text" ? (text === " " ? "[ ]" : text) : `<${name}>`;
  });
  expect({ keys: shown.join(" "), rest: read.rest }).toEqual({ keys, rest });
});
