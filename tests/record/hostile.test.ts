import { expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

test("a folder with a NUL in its name loses no event", async () => {
  using world = new HookWorld();
  await world.prompt("hi", { cwd: "/tmp/\u0000" });
  expect(world.told()).toEqual(["prompt: hi"]);
});

test("a CLAUDE_ENV_FILE that can't be written is a matter for the log", async () => {
  using world = new HookWorld();
  world.env = { ...world.env, CLAUDE_ENV_FILE: `${world.folder}/no/such/file` };
  await world.start();
  expect(world.session().ended_at).toBeNull();
  expect(world.log()).toEqual(["CLAUDE_ENV_FILE could not be written"]);
});
