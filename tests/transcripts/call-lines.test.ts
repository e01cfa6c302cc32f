import { expect, test } from "bun:test";
import { CallLines } from "../../src/transcripts/calls/call-lines.ts";
import { linesOf } from "../../src/transcripts/lines.ts";
import { randomFrom } from "../support/random.ts";

const call = (n: number, rest = "") => `{"a":"x","usage":{"n":${n}},"requestId":"r${n}"${rest}}`;

/** The lines that are handed out of a file that is read in pieces of a size. */
function wanted(text: string, piece: number, name?: string): string[] {
  const bytes = Buffer.from(text);
  let at = 0;
  const fill = (buffer: Buffer) => {
    const read = bytes.copy(buffer, 0, at, Math.min(bytes.length, at + piece));
    at += read;
    return read;
  };
  const calls = new CallLines(['"usage"', 'total"'], name);
  const found = linesOf(fill, (...held) => calls.in(...held));
  return Array.from(found, (lines) =>
    lines.map(({ buffer, start, end }) => buffer.toString("utf8", start, end)),
  ).flat();
}

test.each([1, 7, 64, 100_000])("lines with one of the words, %d bytes at a time", (piece) => {
  const lines = ["{}", call(1), '{"b":"\\"usage\\""}', "", '{"total":1}', "{}", call(2), "{}"];
  expect(wanted(lines.map((line) => `${line}\n`).join(""), piece)).toEqual([
    call(1),
    '{"total":1}',
    call(2),
  ]);
});

test("a line that tells its call as the one before did is left out", () => {
  const lines = [call(1), "{}", call(1, ',"uuid":"2"'), call(2), call(2), call(1), '{"usage":{}}'];
  const text = lines.map((line) => `${line}\n`).join("");
  expect(wanted(text, 100_000, '"requestId":"')).toEqual([
    call(1),
    call(2),
    call(1),
    '{"usage":{}}',
  ]);
});

test("a line without the name is never taken for a repetition", () => {
  const lines = ['{"usage":{"n":1}}', '{"usage":{"n":1}}', '{"usage":{"n":1},"requestId":"1"}'];
  const text = lines.map((line) => `${line}\n`).join("");
  expect(wanted(text, 100_000, '"requestId":"')).toEqual(lines);
});

const FOREIGN = '{"usage":"daily","requestId":"abc"}';

test.each([
  ["a tool's input has both", (n: number) => `{"c":${FOREIGN},${call(n).slice(1)}`],
  [
    "a tool's input ends in a word",
    (n: number) => `{"c":{"a":"total","total":0,"requestId":"abc"},${call(n).slice(1)}`,
  ],
  [
    "the request stands in front",
    (n: number) => `{"requestId":"r${n}","c":${FOREIGN},"usage":{"n":${n}}}`,
  ],
])("a call of its own is none that was told before where %s", (_, line) => {
  const lines = [line(1), line(2), line(3)];
  expect(wanted(`${lines.join("\n")}\n`, 100_000, '"requestId":"')).toEqual(lines);
});

test("what seems to repeat a call, and then tells another, is none", () => {
  const told = '"usage":{"n":1}},"requestId":"r1"';
  const lines = [`{"m":{${told}}`, `{"m":{"c":{"x":{${told}},"usage":{"n":2}},"requestId":"r2"}`];
  expect(wanted(`${lines.join("\n")}\n`, 100_000, '"requestId":"')).toEqual(lines);
});

test("a broken line hides nothing of the next", () => {
  const lines = ['{"usage":1,"requestId":"r', 'get-total":1', '{"usage":1,"requestId":"r'];
  expect(wanted(`${lines.join("\n")}\n`, 100_000, '"requestId":"')).toEqual(lines);
});

test("what was looked at before, and has no end yet, isn't looked at again", () => {
  const calls = new CallLines(['"usage"'], undefined);
  const [before, added] = [`{}\n${call(1)}\n`, "and so on"];
  const buffer = Buffer.from(before + added);
  expect(calls.in(buffer, buffer.length, before.length)).toEqual([0]);
});

test("the last line is handed out even if it has no end yet", () => {
  expect(wanted(`{}\n${call(1)}`, 100_000)).toEqual([call(1)]);
});

test("made-up files, read in pieces: no call is lost, and nothing else is read", () => {
  const next = randomFrom(7);
  const random = (below: number) => Math.floor(next() * below);
  for (let round = 0; round < 200; round++) {
    const lines = Array.from({ length: 1 + random(30) }, () => {
      const n = random(4);
      const padding = "y".repeat(random(40));
      return random(2) === 0 ? call(n, `,"p":"${padding}"`) : `{"other":"${padding}"}`;
    });
    const found = wanted(
      lines.map((line) => `${line}\n`).join(""),
      1 + random(200),
      '"requestId":"',
    );
    const told = (line: string) => line.replace(/,"p":.*/u, "");
    const calls = lines.filter((line) => line.includes('"usage"'));
    const changes = calls.filter(
      (line, at) => at === 0 || told(line) !== told(calls[at - 1] ?? ""),
    );
    // Between two pieces a repetition may be read once more.
    const again = found.filter((line, at) => at === 0 || told(line) !== told(found[at - 1] ?? ""));
    expect(again.map(told)).toEqual(changes.map(told));
    expect(found.every((line) => calls.includes(line))).toBe(true);
  }
});

test("made-up lines with words and names anywhere in them: no call is lost", () => {
  const next = randomFrom(11);
  const random = (below: number) => Math.floor(next() * below);
  const input = () =>
    Array.from({ length: random(4) }, () => {
      const keys = [`"usage":{"n":${random(2)}}`, `"requestId":"r${random(2)}"`, '"a":"total"'];
      return `{"x":{${keys[random(3)]}},${keys[random(3)]}}`;
    }).join(",");
  const made = () => {
    const [n, c] = [random(2), `"c":[${input()}]`];
    const usage = `"message":{${c},"usage":{"n":${n}}}`;
    const request = `"requestId":"r${random(2)}"`;
    const other = `{"d":{"usage":{"n":${n}},${request}}}`;
    const kinds = [`{${usage},${request}}`, `{${request},${usage}}`, `{${usage}}`, other];
    return kinds[[0, 0, 0, 1, 2, 3][random(6)] ?? 0] ?? "";
  };
  /** What a line tells of its call. */
  const told = (line: string) => {
    const { message, requestId } = JSON.parse(line);
    return JSON.stringify([message?.usage, requestId]);
  };
  for (let round = 0; round < 500; round++) {
    const lines = Array.from({ length: 1 + random(30) }, made);
    const text = lines.map((line) => `${line}\n`).join("");
    const found = wanted(text, 1 + random(2000), '"requestId":"');
    const calls = lines.filter((line) => /"usage"|total"/u.test(line));
    let at = 0;
    const lost = calls.filter((line, index) => {
      if (line === found[at]) at++;
      else return told(line) !== told(calls[index - 1] ?? "{}");
      return false;
    });
    expect({ lost, at }).toEqual({ lost: [], at: found.length });
  }
});
