import { expect, test } from "bun:test";
import { startProgress, withProgress } from "../../src/cli/progress.ts";
import type { Context } from "../../src/context.ts";

function drawn(isTty: boolean, total: number, times: readonly number[], columns = 80): string {
  let out = "";
  let now = 0;
  const terminal = { stderrIsTty: () => isTty, columns: () => columns } as Context["terminal"];
  const err = (text: string) => {
    out += text;
  };
  const ctx = { err, now: () => new Date(now), terminal, beforeSignalled: () => () => undefined };
  const bar = startProgress(ctx, "Removing", total);
  for (const [index, time] of times.entries()) {
    now = time;
    bar.show((index + 1) * 10);
  }
  bar.clear();
  return out;
}

test("is drawn on a terminal, at most ten times a second, and removed", () => {
  expect(drawn(true, 40, [50, 100, 150, 200])).toBe(
    `\rRemoving ${"█".repeat(12)}${"░".repeat(12)}  50 %\x1b[K\rRemoving ${"█".repeat(24)} 100 %\x1b[K\r\x1b[K`,
  );
});

test("is not drawn for short work, for a total of 0 and without a terminal", () => {
  expect(drawn(true, 40, [1, 2, 3])).toBe("");
  expect(drawn(true, 0, [500])).toBe("");
  expect(drawn(false, 40, [500, 1000])).toBe("");
});

test.each([
  [80, `Removing ${"█".repeat(12)}${"░".repeat(12)}  50 %`],
  [40, `Removing ${"█".repeat(12)}${"░".repeat(12)}  50 %`],
  [39, `Removing ${"█".repeat(12)}${"░".repeat(11)}  50 %`],
  [30, `Removing ${"█".repeat(7)}${"░".repeat(7)}  50 %`],
  [21, "Removing ███░░  50 %"],
  [20, "Removing  50 %"],
  [15, "Removing  50 %"],
  [10, "Removing…"],
])("in %p columns it stays on its line", (columns, bar) => {
  expect(drawn(true, 20, [100], columns)).toBe(`\r${bar}\x1b[K\r\x1b[K`);
});

/** What is drawn for work that sets its total itself, and the work's outcome. */
async function worked(isTty: boolean, isSilent: boolean, fails: boolean) {
  let out = "";
  let now = 0;
  const ctx = {
    err: (text: string) => {
      out += text;
    },
    now: () => new Date(now),
    terminal: { stderrIsTty: () => isTty, columns: () => 20 } as Context["terminal"],
    beforeSignalled: () => () => undefined,
  };
  const result = await withProgress(ctx, "Indexing", isSilent, async (progress) => {
    for (const total of [10, 40]) {
      progress.begin(total);
      now += 200;
      progress.show(10);
    }
    await progress.turn();
    if (fails) throw new Error("it failed");
    return progress.isShown;
  }).catch((error: Error) => error.message);
  return { out, result };
}

test("work sets its total itself, even twice; the bar ends with the work", async () => {
  const out = "\rIndexing 100 %\x1b[K\r\x1b[K\rIndexing  25 %\x1b[K\r\x1b[K";
  expect(await worked(true, false, false)).toEqual({ out, result: true });
  expect(await worked(true, false, true)).toEqual({ out, result: "it failed" });
  expect(await worked(false, false, false)).toEqual({ out: "", result: false });
  expect(await worked(true, true, false)).toEqual({ out: "", result: false });
});
