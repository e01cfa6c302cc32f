import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { likePattern } from "../../src/sync/like.ts";
import { fitsProject } from "../../src/sync/settings.ts";

const PROJECT = "github.com/acme/shop";

test.each([
  "github.com/*/shop",
  "github.com/acme/s?op",
  "github.com/{acme,other}/shop",
  "github.com/{acme/{shop,till},other}",
  "github.com/acme/[rst]hop",
  "!gitlab.com/*/*",
  "github.com/\\acme/shop",
])("what fits %s is found by its pattern for LIKE", (glob) => {
  using db = new Database(":memory:");
  const found = db.query<{ fits: number }, [string, string]>(
    "SELECT ?1 LIKE ?2 ESCAPE '\\' AS fits",
  );
  expect(fitsProject(glob, PROJECT)).toBe(true);
  expect(found.get(PROJECT, likePattern(glob))).toEqual({ fits: 1 });
});

test("simple alternatives and classes leave out what stands beside them", () => {
  expect(likePattern("github.com/{acme,other}/s[gh]op_")).toBe("github.com/%/s%op\\_");
});
