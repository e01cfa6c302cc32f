import { expect, test } from "bun:test";
import type { GcResult } from "../../src/removal/gc.ts";
import { gcText } from "../../src/removal/text.ts";

const MB = 1_000_000;

function told(used: readonly number[], file: readonly number[], ids: readonly string[] = []) {
  const space = (at: number) => ({ used: used[at] ?? 0, file: file[at] ?? 0, shrinks: true });
  const result: GcResult = {
    ids,
    events: ids.length * 2,
    finishedEvents: 0,
    before: space(0),
    after: space(1),
    kept: { notMadeByMm: 0, referredTo: 0 },
  };
  const limits = { before: ids.length > 0 ? 0 : null, maxBytes: null };
  return [true, false].map((dryRun) => gcText(result, limits, dryRun));
}

test("what is deleted, with the sizes before and after", () => {
  expect(told([5.3 * MB, 3 * MB], [6 * MB, 3 * MB], ["a", "b"])).toEqual([
    `Would delete: 2 sessions, 4 events
In use: 5.3 MB, would become about 3.0 MB (2.3 MB less)
File:   6.0 MB, would become about 3.0 MB (3.0 MB less)
`,
    `Deleted: 2 sessions, 4 events
In use: 3.0 MB, was 5.3 MB (2.3 MB less)
File:   3.0 MB, was 6.0 MB (3.0 MB less)
`,
  ]);
});

test("a plan makes nothing of a page or two, in either direction", () => {
  expect(told([110_592, 114_688], [114_688, 114_688], ["a"])).toEqual([
    `Would delete: 1 session, 2 events
In use: 110.6 kB, would stay about the same
File:   114.7 kB, would stay about the same
`,
    `Deleted: 1 session, 2 events
In use: 114.7 kB, was 110.6 kB
File:   114.7 kB, as before
`,
  ]);
  expect(told([110_592, 110_592], [114_688, 110_592])[0]).toBe(
    "Nothing to do\nThe database takes 114.7 kB, 110.6 kB of it in use\n",
  );
});

test("a file that shrinks, though there is nothing to delete", () => {
  expect(told([1 * MB, 1 * MB], [4 * MB, 1 * MB])).toEqual([
    `Nothing to delete; the file would shrink
In use: 1.0 MB, would stay about the same
File:   4.0 MB, would become about 1.0 MB (3.0 MB less)
`,
    `Nothing to delete; the file has shrunk
In use: 1.0 MB, as before
File:   1.0 MB, was 4.0 MB (3.0 MB less)
`,
  ]);
});

test("nothing at all", () => {
  expect(told([0, 0], [0, 0])).toEqual(["Nothing to do\n", "Nothing to do\n"]);
  expect(told([MB, MB], [MB, MB])).toEqual([
    "Nothing to do\nThe database takes 1.0 MB\n",
    "Nothing to do\nThe database takes 1.0 MB\n",
  ]);
});
