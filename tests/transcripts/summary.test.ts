import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

test("a summary that a person gave outlives a transcript that ends a session and goes on", async () => {
  using world = new HookWorld();
  const user = `${world.folder}/user`;
  world.env = { ...world.env, HOME: user };
  mkdirSync(`${user}/.claude/projects/-w`, { recursive: true });
  const tell = (uuid: string, content: string) => {
    const common = { type: "user", uuid, sessionId: "c1", cwd: "/w", timestamp: world.clock };
    const line = JSON.stringify({ ...common, message: { role: "user", content } });
    appendFileSync(`${user}/.claude/projects/-w/c1.jsonl`, `${line}\n`);
  };
  await world.start();
  await world.prompt("first");
  tell("u1", "first");
  await world.mm("session", "end", world.session().id, "-s", "By hand");
  world.pass(60);
  await world.prompt("second");
  tell("u2", "second");
  expect(world.session()).toMatchObject({ ended_at: null, summary: "By hand" });
  world.pass(3600);
  await world.json("backfill", "claude");
  expect(world.session()).toMatchObject({ ended_by: "transcript", summary: "By hand" });
  world.pass(60);
  tell("u3", "third");
  await world.json("backfill", "claude");
  expect(world.session()).toMatchObject({ ended_at: null, summary: "By hand" });
});
