import { expect, test } from "bun:test";
import { formatElapsed, formatLength } from "../../src/text/duration.ts";

test.each([
  [0, "0:00"],
  [999, "0:00"],
  [7000, "0:07"],
  [750_000, "12:30"],
  [3_723_000, "1:02:03"],
  [180_000_000, "50:00:00"],
  [-500, "0:00"],
  [-1000, "-0:01"],
  [-3_723_000, "-1:02:03"],
])("%p ms is %s on a clock", (ms, text) => {
  expect(formatElapsed(ms)).toBe(text);
});

test.each([
  [-5, "0s"],
  [0, "0s"],
  [42_000, "42s"],
  [310_000, "5m 10s"],
  [300_000, "5m"],
  [3_605_000, "1h"],
  [10_920_000, "3h 2m"],
  [187_200_000, "2d 4h"],
])("%p ms lasts %s", (ms, text) => {
  expect(formatLength(ms)).toBe(text);
});
