import { expect, test } from "bun:test";
import { AGENT_NAMES } from "../../src/agents/agents.ts";
import { HookWorld } from "../support/hook-world.ts";

test.each(AGENT_NAMES)("what is told of a session of %s stands in one column", async (agent) => {
  using world = new HookWorld();
  await world.start("startup", { model: "opus" });
  await world.prompt("Fix the parser");
  await world.end();
  world.exec("UPDATE mm_sessions SET client = ?1", agent);
  const { out } = await world.mm("show");
  const [, facts = ""] = out.split("\n\n");
  const lines = facts.split("\n");
  expect(lines.find((line) => line.includes("'s id "))).toEndWith(" c1");
  expect(lines.filter((line) => !/^\S.{11} \S/u.test(line))).toEqual([]);
});
