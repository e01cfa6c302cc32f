import { describe, expect, test } from "bun:test";
import { projectOf } from "../../src/sync/push/rules.ts";
import { isReleased, parseSyncSettings } from "../../src/sync/settings.ts";

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

describe("what leaves", () => {
  const leaves = (project: string | null, projects: string, exclude: string) =>
    isReleased({ projects: [projects], exclude: [exclude] }, project);

  test.each([
    ["github.com/acme/shop", "github.com/acme/*", true],
    ["gitlab.com/acme/group/shop", "gitlab.com/acme/*", false],
    ["gitlab.com/acme/group/shop", "gitlab.com/acme/**", true],
    ["github.com/Acme/shop", "github.com/acme/*", false],
    [null, "**", false],
    [null, "*", true],
  ])("%s of %s", (project, pattern, expected) =>
    expect(leaves(project, pattern, "nothing")).toBe(expected),
  );

  test.each([
    ["github.com/acme/secret", "github.com/acme/*"],
    ["gitlab.com/acme/group/secret", "gitlab.com/acme/*"],
    ["github.com/Acme/Secret", "github.com/acme/secret"],
    [null, "*"],
  ])("%s is kept by %s", (project, pattern) => expect(leaves(project, "*", pattern)).toBe(false));

  test.each(["projects", "exclude"])("no pattern of %s turns its meaning round", (key) => {
    expect(() => parseSyncSettings({ url: URL, [key]: ["!github.com/acme/*"] })).toThrow(
      `"${key}" of "sync" in mm.json is not a list of patterns without !`,
    );
  });
});

describe("a project", () => {
  test.each([
    ["git@github.com:acme/shop.git", "github.com/acme/shop"],
    ["https://dev.azure.com/org/p/_git/r", "dev.azure.com/org/p/_git/r"],
    ["file:///home/ada/shop.git", null],
    ["/home/ada/shop.git", null],
    ["C:/Users/ada/shop.git", null],
    ["c:\\Users\\ada\\shop", null],
    ["\\\\server\\ada\\shop", null],
    [null, null],
  ])("of the remote %s", (remote, project) => expect(projectOf({ remote })).toBe(project));
});
