import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { World } from "../support/world.ts";

test("where nothing is stored, transcripts that are there are offered, and not read unasked", async () => {
  using world = new World();
  const user = `${world.folder}/user`;
  mkdirSync(`${user}/.claude/projects`, { recursive: true });
  world.env = { ...world.env, HOME: user };
  const { out, err } = await world.mm("list");
  expect(out + err).toContain("For earlier sessions of Claude Code: mm backfill");
  expect(world.files()).toEqual([]);
});
