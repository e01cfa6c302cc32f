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
  const calls = new CallLines(['"usage"', '"total"'], name);
  const found = linesOf(fill, (buffer, length) => calls.in(buffer, length));
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
