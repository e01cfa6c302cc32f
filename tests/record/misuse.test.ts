import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

test.each([
  [["install", "claude"], "mm hooks install claude"],
  [["uninstall"], "mm hooks uninstall"],
  [["status"], "mm hooks status"],
  [["print", "kimi"], "mm hooks print kimi"],
])("mm hook %p is told, and records nothing", async (words, meant) => {
  expect(await world.mm("hook", ...words)).toEqual({
    code: 2,
    out: "",
    err: `mm: \`mm hook\` is what agents call\n  hint: did you mean \`${meant}\`?\n`,
  });
  expect(world.files()).toEqual([]);
});

test.each([[[]], [["claude"]], [["claude", "SessionStart"]]])(
  "a person at a terminal is told: mm hook %p",
  async (words) => {
    world.answers = false;
    const { code, out, err } = await world.mm("hook", ...words);
    expect({ code, out, files: world.files() }).toEqual({ code: 2, out: "", files: [] });
    expect(err).toEndWith("  hint: did you mean `mm hooks install`?\n");
  },
);
