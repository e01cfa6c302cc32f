import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { git, makeRepository } from "../support/git.ts";
import { asked, Dialogue } from "../support/mcp.ts";
import { ProjectWorld } from "../support/projects.ts";
import { needs } from "../support/tools.ts";

const withGit = needs("git");

let world: ProjectWorld;

beforeEach(() => {
  world = new ProjectWorld();
  world.env = { ...world.env, HOME: world.make("me") };
});
afterEach(() => world[Symbol.dispose]());

async function titles(args: unknown = {}, options: string[] = []): Promise<string[]> {
  const { text } = await asked(world, "search_sessions", args, { options });
  const lines = text.split("\n").filter((line) => /^0\d{7} /u.test(line));
  return lines.map((line) => /"([^"]+)" {2}\d/u.exec(line)?.[1] ?? line);
}

async function twoOfOneName(): Promise<{ one: string; two: string }> {
  const [one, two] = [world.make("one/app"), world.make("two/app")];
  for (const folder of [one, two]) makeRepository(folder);
  await world.work(one, "parser in one");
  await world.work(two, "parser in two");
  return { one, two };
}

withGit("two repositories of one name are kept apart, worktrees are not", async () => {
  const { one, two } = await twoOfOneName();
  const tree = `${world.folder}/tree`;
  git(one, "worktree", "add", "-q", tree);
  await world.work(tree, "parser in a tree");
  world.cwd = one;
  expect(await titles()).toEqual(["parser in a tree", "parser in one"]);
  expect((await titles({ query: "parser" })).sort()).toEqual(["parser in a tree", "parser in one"]);
  world.cwd = tree;
  expect(await titles()).toEqual(["parser in a tree", "parser in one"]);
  world.cwd = two;
  expect(await titles()).toEqual(["parser in two"]);
});

withGit("another project is searched if it is named, and a miss says what there is", async () => {
  const { one, two } = await twoOfOneName();
  world.cwd = one;
  expect(await titles({ query: "parser", project: two })).toEqual(["parser in two"]);
  expect(await titles({ query: "parser", project: "two/app" })).toEqual(["parser in two"]);
  expect(await titles({ query: "parser", project: "*" })).toHaveLength(2);
  expect(await titles({ query: "parser", project: "app" })).toHaveLength(2);
  const miss = await asked(world, "search_sessions", { query: '"in two"' });
  expect(miss).toEqual({
    text: 'Nothing found in this project. Try other or fewer words. In other projects 1 more: project:"*"',
    isError: false,
  });
  const all = await asked(world, "search_sessions", { query: "parser", project: "*" });
  expect(all.text).toContain('  in "two/app"  "parser in two"');
  const unknown = await asked(world, "search_sessions", { project: "nowhere" });
  expect(unknown.isError).toBe(true);
  expect(unknown.text).toContain('"nowhere"');
});

withGit("with --this-project no other one is answered for", async () => {
  const { one, two } = await twoOfOneName();
  world.cwd = one;
  const options = ["--this-project"];
  expect(await titles({ project: one }, options)).toEqual(["parser in one"]);
  for (const project of ["*", two]) {
    const { text, isError } = await asked(world, "search_sessions", { project }, { options });
    expect({ text, isError }).toMatchObject({ isError: true });
    expect(text).toContain("its own project alone");
  }
  const miss = await asked(world, "search_sessions", { query: '"in two"' }, { options });
  expect(miss.text).toBe("Nothing found in this project. Try other or fewer words.");
  const hit = await asked(world, "search_sessions", { query: "parser" }, { options });
  expect(hit.text).toEndWith("\n1 session.");
  const other = world.session("parser in two").id;
  const refused = await asked(world, "show_session", { id: other }, { options });
  expect(refused.isError).toBe(true);
  expect(refused.text).not.toContain("parser");
  const note = { text: "not there", session: other };
  expect((await asked(world, "add_note", note, { options })).isError).toBe(true);
  const own = { text: "here", session: world.session("parser in one").id };
  expect((await asked(world, "add_note", own, { options })).isError).toBe(false);
  expect((await asked(world, "show_session", { id: other })).text).toContain("parser in two");
});

withGit("with --this-project the beginning of an id means a session of this project", async () => {
  const { one } = await twoOfOneName();
  world.cwd = one;
  const show = (id: string) =>
    asked(world, "show_session", { id }, { options: ["--this-project"] });
  const prefix = "000000";
  expect((await show(prefix)).text).toContain("title: parser in one");
  await world.work(one, "again in one");
  const { text, isError } = await show(prefix);
  expect(isError).toBe(true);
  const [own, other] = ["parser in one", "parser in two"].map((title) => world.session(title).id);
  expect(text).toContain(String(own));
  expect(text).not.toContain(String(other));
  world.cwd = world.make("empty");
  makeRepository(world.cwd);
  const none = await show(prefix);
  expect(none).toEqual({
    text: "no session of this project has the id 000000. Next: search_sessions {} lists ids",
    isError: true,
  });
});

test("a folder without git is a project, without those in it", async () => {
  const plain = world.make("plain");
  await world.work(plain, "in plain");
  await world.work(world.make("plain/inner"), "in inner");
  world.cwd = plain;
  expect(await titles()).toEqual(["in plain"]);
});

test.each(["me", "/", null])("%p is no project", async (place) => {
  await world.work(world.make("me"), "at home");
  world.cwd = place === "me" ? world.make("me") : place;
  const { text, isError } = await asked(world, "search_sessions", {});
  expect({ text, isError }).toEqual({
    text: 'no project here. Next: project:"<name or folder>", or project:"*" for all of them',
    isError: true,
  });
  expect(await titles({ project: "*" })).toEqual(["at home"]);
});

test("what the server and the agent say of the folder counts before the working directory", async () => {
  const [told, claude, here] = ["told", "claude", "here"].map((name) => world.make(name));
  for (const folder of [told, claude, here]) await world.work(folder ?? "", `in ${folder}`);
  world.cwd = here ?? "";
  expect(await titles()).toEqual([`in ${here}`]);
  world.env = { ...world.env, CLAUDE_PROJECT_DIR: claude };
  expect(await titles()).toEqual([`in ${claude}`]);
  expect(await titles({}, ["--project", told ?? ""])).toEqual([`in ${told}`]);
  expect(await titles({}, ["--project", "../told"])).toEqual([`in ${told}`]);
  // An editor that doesn't know the variable hands on its name.
  expect(await titles({}, ["--project", "$" + "{workspaceFolder}"])).toEqual([`in ${claude}`]);
});

test("a folder is the same through a link", async () => {
  const real = world.make("real");
  await world.work(real, "in real");
  symlinkSync(real, `${world.folder}/link`);
  expect(await titles({}, ["--project", `${world.folder}/link`])).toEqual(["in real"]);
});

test("the roots are asked for where nothing else tells", async () => {
  const folder = world.make("a folder");
  await world.work(folder, "in the root");
  world.cwd = null;
  await using dialogue = new Dialogue(world);
  dialogue.answers = { "roots/list": { roots: [{ uri: `file://${encodeURI(folder)}` }] } };
  await dialogue.initialize("inspector", { roots: {} });
  const { text } = await dialogue.call("search_sessions", {});
  expect(text).toContain("in the root");
});

test("a folder that is gone is none", async () => {
  mkdirSync(`${world.folder}/gone`);
  const { isError } = await asked(
    world,
    "search_sessions",
    {},
    { options: ["--project", `${world.folder}/nothing`] },
  );
  // The working directory counts instead.
  expect(isError).toBe(false);
});
