import { expect, test } from "bun:test";
import { formatBytes, parseByteSize } from "../../src/cli/numbers.ts";
import { UserError } from "../../src/errors.ts";

test.each([
  ["0B", 0],
  ["1000000 B", 1_000_000],
  ["17b", 17],
  ["64k", 64_000],
  ["64KB", 64_000],
  ["64KiB", 65_536],
  ["500MB", 500_000_000],
  ["500 mb", 500_000_000],
  ["500M", 500_000_000],
  ["500MiB", 524_288_000],
  ["1.5G", 1_500_000_000],
  ["2Ti", 2 * 2 ** 40],
])("%s", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each(["", "MB", "-1", "1e6", "5 XB", "5iB", "1,5G", "0x10", "99999999T", "½GB", "5MBs"])(
  "refused: %p",
  (text) => {
    const parse = () => parseByteSize(text);
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(`invalid size '${text}'; expected like '500MB', '1.5G', '64KiB'`);
  },
);

test.each(["5", "0", " 300 ", "1.5"])("refused without a unit: %p", (text) => {
  expect(() => parseByteSize(text)).toThrow(
    `invalid size '${text}'; expected like '500MB', '1.5G', '64KiB'`,
  );
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [512_345, "512.3 kB"],
  [812_300_000, "812.3 MB"],
  [5e15, "5000.0 TB"],
])("%d is shown as %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
