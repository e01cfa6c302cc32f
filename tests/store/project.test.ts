import { expect, test } from "bun:test";
import { projectName } from "../../src/store/project.ts";

test.each([
  ["/home/me/app/.git", "/home/me/app", "app"],
  ["/home/me/app/.git", "/home/me/app-worktree", "app"],
  ["/srv/git/app.git", null, "app"],
  [null, "/home/me/notes", "notes"],
  [null, "/", "/"],
  [null, null, null],
  [null, "", null],
])("the project %p in %p is called %p", (project, root, name) => {
  expect(projectName(project, root)).toBe(name);
});
