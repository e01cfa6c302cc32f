import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const title = () => world.session().title;
const SECRET = `ghp_${"a1B2".repeat(9)}`;

test("is the first 60 characters of the first prompt, on one line", async () => {
  await world.start();
  expect(title()).toBeNull();
  await world.prompt(`fix\n the ${"𝄞".repeat(99)}`);
  expect(title()).toBe(`fix the ${"𝄞".repeat(52)}`);
  await world.prompt("and now for something else");
  expect(title()).toBe(`fix the ${"𝄞".repeat(52)}`);
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
  await world.prompt("mine");
  for (let n = 0; n < 2; n++) {
    await world.end();
    world.pass(60);
    await world.start("resume");
    await world.prompt(`more ${n}`);
  }
  expect(title()).toBe("mine");
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
