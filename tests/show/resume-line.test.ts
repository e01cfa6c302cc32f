import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(async () => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: "/home/ada", NO_COLOR: "1" };
  world.hasPager = false;
  await world.start("startup", { cwd: "/home/ada/src/shop" });
});
afterEach(() => world[Symbol.dispose]());

const resumeLine = async (...words: string[]) =>
  (await world.mm("session", "show", "last", ...words)).out.split("\n")[2];

test("the agent's own command is on one line, or ours instead", async () => {
  const own = "Resume       cd ~/src/shop && claude --resume c1";
  expect(await resumeLine()).toBe(own);
  world.isTerminal = true;
  world.columns = own.length;
  expect(await resumeLine()).toBe(own);
  world.columns = own.length - 1;
  expect(await resumeLine()).toBe("Resume       mm resume 00000002");
  expect(await resumeLine("--full")).toBe(own);
});

test("a folder that has to be quoted is written whole", async () => {
  await world.start("startup", { session_id: "c2", cwd: "/home/ada/my shop" });
  world.pass(1);
  expect(await resumeLine()).toMatch(
    /^Resume {7}cd '\/home\/ada\/my shop' && claude --resume c2$/u,
  );
});
