import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const title = () => world.session().title;
const SECRET = `ghp_${"a1B2".repeat(9)}`;

test("is the first line of the first prompt, cut after a word", async () => {
  await world.start();
  expect(title()).toBeNull();
  await world.prompt(`fix the ${"long ".repeat(30)}\nand the rest`);
  expect(title()).toBe(`fix the ${"long ".repeat(22)}…`.replace(" …", "…"));
  await world.prompt("and now for something else");
  expect(title()).toStartWith("fix the long");
});

test("is from a better prompt once there is one, and then stays", async () => {
  const titles: (string | null | undefined)[] = [];
  for (const prompt of [
    "<task-notification>\n<task-id>a1</task-id>\n</task-notification>",
    "hi",
    "continue",
    "/review src/x",
    "/clear",
    "fix the parser",
    "/review src/y",
    "and the lexer",
  ]) {
    await world.prompt(prompt);
    titles.push(title());
  }
  expect(titles).toEqual([
    null,
    "hi",
    "hi",
    "/review src/x",
    "/review src/x",
    "fix the parser",
    "fix the parser",
    "fix the parser",
  ]);
});

test("that a person gave is never replaced, and neither is one of an older mm", async () => {
  await world.prompt("hi");
  await world.mm("session", "rename", world.session().id, "ok");
  await world.prompt("fix the parser");
  expect(title()).toBe("ok");
  await world.prompt("continue", { session_id: "c2" });
  world.exec("UPDATE mm_sessions SET title_from = 'prompt' WHERE external_id = 'c2'");
  await world.prompt("fix the parser", { session_id: "c2" });
  expect(world.session("c2").title).toBe("continue");
});

test("is the client's where it has one", async () => {
  await world.start("startup", { session_title: "The client's" });
  await world.prompt("mine");
  expect(title()).toBe("The client's");
});

test("is the client's from the moment it has one", async () => {
  await world.prompt("mine");
  expect(title()).toBe("mine");
  await world.tool("t1", { session_title: "The client's" });
  expect(title()).toBe("The client's");
  await world.prompt("more", { session_title: "Renamed" });
  expect(title()).toBe("The client's");
});

test("doesn't come from a prompt that says nothing", async () => {
  await world.prompt(" \n ");
  expect(title()).toBeNull();
  await world.prompt("this does");
  expect(title()).toBe("this does");
});

test("has no secret in it", async () => {
  await world.start("startup", { session_title: `with ${SECRET}` });
  expect(title()).toBe("with [redacted:github]");
  await world.prompt(`use ${SECRET} now`, { session_id: "c2" });
  expect(world.session("c2").title).toBe("use [redacted:github] now");
});

test("survives ends and reopenings", async () => {
  await world.prompt("keep it mine");
  for (let n = 0; n < 2; n++) {
    await world.end();
    world.pass(60);
    await world.start("resume");
    await world.prompt(`more ${n}`);
  }
  expect(title()).toBe("keep it mine");
});

test("is none with capture none", async () => {
  world.settings({ capture: "none" });
  await world.start("startup", { session_title: "The client's" });
  await world.prompt("mine");
  await world.end();
  expect(title()).toBeNull();
});

test("is shown by the list", async () => {
  await world.prompt("fix the failing test");
  expect((await world.mm("session", "list")).out).toContain("fix the failing test");
});
