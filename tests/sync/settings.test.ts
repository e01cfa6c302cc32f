import { describe, expect, test } from "bun:test";
import { parseSyncSettings } from "../../src/sync/settings.ts";

const URL = "postgres://ada@db.acme.com/agents";
const named = (machine: string) => parseSyncSettings({ url: URL, machine }).machine;

describe("a machine's name", () => {
  test.each(["desk", "Ada's desk", "büro", "x".repeat(100)])("%s", (name) =>
    expect(named(name)).toBe(name),
  );

  test.each(["all", "a,b", "bob/desk", " ", "desk ", "two\nlines", "\u001b[31m", "x".repeat(101)])(
    "%j can't be typed or shown",
    (name) => expect(() => named(name)).toThrow('"machine" of "sync" in mm.json is not a name'),
  );
});

test("a setting that is wrong can be corrected where it stands", () => {
  expect(() => parseSyncSettings({ url: URL, project: ["*"] })).toThrow(
    expect.objectContaining({
      message: '"project" of "sync" in mm.json is not a known setting',
      hint: "correct it there, or remove it",
    }),
  );
});
