import { expect, test } from "bun:test";
import { distinctNames, projectName, shortFolder } from "../../src/projects/folders.ts";

test.each([
  ["/home/me/app/.git", "/home/me/app", "app"],
  ["/home/me/app/.git", "/home/me/app-worktree", "app"],
  ["/srv/git/app.git", null, "app"],
  ["/srv/git/app.git", "/srv/git/app.git", "app"],
  ["/home/me/shop/.bare", "/home/me/shop/main", "shop"],
  ["/home/me/super/.git/modules/lib", "/home/me/super/lib", "lib"],
  ["/home/me/super/.git/modules/vendor/lib", null, "lib"],
  ["/home/me/super/.git/modules/lib/modules/inner", null, "inner"],
  ["/srv/super.git/modules/lib", null, "lib"],
  ["/home/me/modules/app/.git", null, "app"],
  ["/.git", "/", "/"],
  [null, "/home/me/notes", "notes"],
  [null, "/", "/"],
  [null, null, null],
  [null, "", null],
])("the project %p in %p is called %p", (project, root, name) => {
  expect(projectName(project, null, root)).toBe(name);
});

test("what git's files told goes before the path", () => {
  expect(projectName("/srv/separate", "/home/me/app", "/home/me/app-worktree")).toBe("app");
  expect(projectName("/srv/separate.git", "/home/me/app", null)).toBe("app");
});

test.each([
  [
    ["/a/app", "/a/web"],
    ["app", "web"],
  ],
  [
    ["/work/app", "/play/app"],
    ["work/app", "play/app"],
  ],
  [
    ["/a/x/app", "/b/x/app", "/c/y/app"],
    ["a/x/app", "b/x/app", "y/app"],
  ],
  [
    ["/app", "/x/app"],
    ["/app", "x/app"],
  ],
  [
    ["/srv/app", "/srv/app.git"],
    ["/srv/app", "/srv/app.git"],
  ],
  [["/a/app", "/a/app"], ["app"]],
  [
    ["/", "/a"],
    ["/", "a"],
  ],
] as const)("%p are told apart as %p", (folders, names) => {
  expect([...distinctNames(folders).values()]).toEqual([...names]);
});

test.each([
  ["shop", 12, "shop"],
  ["work/shop", 12, "work/shop"],
  ["work.example.org/src/shop", 12, "work.e…/shop"],
  ["work/a-very-long-name", 12, "a-very-long-name"],
  ["가나다라마바/shop", 12, "가나다…/shop"],
])("%p in %p cells keeps what people know: %p", (name, cells, short) => {
  expect(shortFolder(name, cells)).toBe(short);
});
