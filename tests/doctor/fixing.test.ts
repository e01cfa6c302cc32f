import { describe, expect, test } from "bun:test";
import type { Diagnosis } from "../../src/doctor/check.ts";
import { fixAll } from "../../src/doctor/fixing.ts";
import { UserError } from "../../src/errors.ts";

const OF = { check: "c", severity: "problem", why: "w", mend: "mm doctor --fix" } as const;

function found(what: string, rest: Partial<Diagnosis> = {}): Diagnosis {
  return { finding: { ...OF, what }, fix: () => undefined, ...rest };
}

/** What comes of findings, where the check finds these again. */
async function outcome(before: readonly Diagnosis[], after: readonly Diagnosis[]) {
  const all = await fixAll(before, async () => after);
  return all.map(({ finding, isFixed }) => [finding.what, isFixed ? "fixed" : finding.mend]);
}

describe("only what is gone is fixed", () => {
  test("all of it", async () => {
    expect(await outcome([found("a"), found("b")], [])).toEqual([
      ["a", "fixed"],
      ["b", "fixed"],
    ]);
  });

  test("and not what is found again", async () => {
    const left = { byHand: "rm b", ifLeft: "mv b b.old" };
    expect(await outcome([found("a"), found("b", left)], [found("b", left)])).toEqual([
      ["a", "fixed"],
      ["b", "mv b b.old"],
    ]);
    const byHand = { byHand: "rm b" };
    expect(await outcome([found("b", byHand)], [found("b", byHand)])).toEqual([["b", "rm b"]]);
    expect(await outcome([found("b")], [found("b")])).toEqual([
      ["b", "fix it by hand: it is the same as before"],
    ]);
  });

  test("what is less than before is told as what it is now", async () => {
    const left = { ifLeft: "mv spool spool.old" };
    expect(await outcome([found("3 wait", left)], [found("1 waits", left)])).toEqual([
      ["3 wait", "fixed"],
      ["1 waits", "mv spool spool.old"],
    ]);
  });

  test("what nothing fixes isn't looked for again", async () => {
    const note: Diagnosis = { finding: { ...OF, what: "note", mend: "rm x" } };
    expect(await outcome([note], [found("never")])).toEqual([["note", "rm x"]]);
    expect(await outcome([note, found("a")], [note])).toEqual([
      ["note", "rm x"],
      ["a", "fixed"],
    ]);
  });
});

describe("a fix that fails", () => {
  const failing = (error: Error, rest: Partial<Diagnosis> = {}) => {
    const fix = () => {
      throw error;
    };
    return found("a", { fix, ...rest });
  };

  test.each([
    ["names the command", { byHand: "sudo x" }, new UserError("usage", "m", "h"), "sudo x"],
    ["else what the failure advises", {}, new UserError("usage", "m", "free space"), "free space"],
    [
      "else why",
      {},
      Object.assign(new Error("x"), { code: "EACCES" }),
      "fix it by hand: mm can't (permission denied)",
    ],
    [
      "in its own words",
      {},
      new Error("no such thing"),
      "fix it by hand: mm can't (no such thing)",
    ],
  ])("%s", async (_, rest, error, mend) => {
    expect(await outcome([failing(error, rest)], [])).toEqual([["a", mend]]);
    // It is told once, though it is found again beside what is fixed.
    const again = failing(error, rest);
    expect(await outcome([again, found("b")], [again])).toEqual([
      ["a", mend],
      ["b", "fixed"],
    ]);
  });
});
