import { expect, test } from "bun:test";
import { partners } from "../../src/transcripts/session/pairs.ts";
import { randomFrom } from "../support/random.ts";

test.each([
  [[], [1, 2], []],
  [[5], [1, 4, 9], [1]],
  [
    [1, 2, 3],
    [1, 2, 2, 3, 3],
    [0, 1, 3],
  ],
  [
    [10, 20],
    [110, 120],
    [0, 1],
  ],
  [
    [1, 2],
    [1, 1, 2],
    [0, 2],
  ],
])("%j and %j", (shorter, longer, expected) => {
  expect(partners(shorter, longer)).toEqual(expected);
});

/** The least that all choices of partners differ by. */
function least(shorter: readonly number[], longer: readonly number[]): number {
  const [first, ...rest] = shorter;
  if (first === undefined) return 0;
  const places = longer.slice(0, longer.length - rest.length);
  const sums = places.map(
    (at, place) => Math.abs(at - first) + least(rest, longer.slice(place + 1)),
  );
  return Math.min(...sums);
}

test("no other choice differs less", () => {
  const random = randomFrom(7);
  for (let round = 0; round < 200; round++) {
    const times = (most: number) =>
      Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 30)).sort(
        (a, b) => a - b,
      );
    const [one, other] = [times(7), times(7)];
    const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
    const places = partners(shorter, longer);
    const sum = places.reduce(
      (all, place, nth) => all + Math.abs((longer[place] ?? 0) - (shorter[nth] ?? 0)),
      0,
    );
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(new Set(places).size).toBe(shorter.length);
    expect(sum).toBe(least(shorter, longer));
  }
});

test("of many thousands, too, all get a partner", () => {
  const times = Array.from({ length: 9000 }, (_, nth) => nth * 10);
  const places = partners(times.slice(0, 4000), times);
  expect(places).toHaveLength(4000);
  expect(places.at(-1)).toBe(8999);
});

test("one is found among a million", () => {
  const times = Array.from({ length: 1_000_001 }, (_, nth) => nth);
  expect(partners([999_990], times)).toEqual([999_990]);
});
