import { expect, test } from "bun:test";
import { startProgress } from "../../src/cli/progress.ts";
import type { Context } from "../../src/context.ts";

function drawn(isTty: boolean, total: number, times: readonly number[]): string {
  let out = "";
  let now = 0;
  const terminal = { stderrIsTty: () => isTty } as Context["terminal"];
  const err = (text: string) => {
    out += text;
  };
  const bar = startProgress({ err, now: () => new Date(now), terminal }, "Removing", total);
  for (const [index, time] of times.entries()) {
    now = time;
    bar.show((index + 1) * 10);
  }
  bar.clear();
  return out;
}

test("is drawn on a terminal, ten times a second at most, and taken away", () => {
  expect(drawn(true, 40, [50, 100, 150, 200])).toBe(
    `\rRemoving ${"█".repeat(12)}${"░".repeat(12)}  50 %\x1b[K\rRemoving ${"█".repeat(24)} 100 %\x1b[K\r\x1b[K`,
  );
});

test("is not drawn for what is done at once, for nothing and where nobody sees it", () => {
  expect(drawn(true, 40, [1, 2, 3])).toBe("");
  expect(drawn(true, 0, [500])).toBe("");
  expect(drawn(false, 40, [500, 1000])).toBe("");
});
