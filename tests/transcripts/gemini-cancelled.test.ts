import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

const ID = "720e3d30-e196-45d8-908e-bc4e4c931bea";
const at = (ms: number) => new Date(Date.parse("2026-11-22T11:00:00Z") + ms).toISOString();
const parts = (...texts: string[]) => texts.map((text) => ({ text }));
const user = (id: string, ms: number, ...texts: string[]) => ({
  id,
  timestamp: at(ms),
  type: "user",
  content: parts(...texts),
});

test("what Gemini tells once more when a permission is denied is said once", async () => {
  using world = new HookWorld();
  const home = `${world.folder}/user`;
  world.env = { ...world.env, HOME: home };
  const chats = `${home}/.gemini/tmp/shop/chats`;
  mkdirSync(chats, { recursive: true });
  const retold = [
    user("r1", 5007, "<session_context>", "first"),
    { id: "r2", timestamp: at(5007), type: "gemini", content: parts("answer") },
    user("r3", 5007, "second"),
  ];
  const lines = [
    { sessionId: ID, projectHash: "ff0a", startTime: at(0), kind: "main" },
    user("u1", 1000, "first"),
    { id: "g1", timestamp: at(2000), type: "gemini", content: "answer", model: "m" },
    user("u2", 3000, "second"),
    { id: "g2", timestamp: at(4000), type: "gemini", content: "", model: "m" },
    { id: "i1", timestamp: at(5000), type: "info", content: "Request cancelled." },
    ...retold,
    { $set: { messages: retold, lastUpdated: at(5007) } },
    user("u3", 9000, "third"),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(`${chats}/session-2026-11-22T11-00-720e3d30.jsonl`, text);
  await world.json("backfill", "gemini");
  const told = world.rows<{ content: string }>("SELECT content FROM session_events ORDER BY id");
  expect(told.map(({ content }) => content)).toEqual(["first", "answer", "second", "third"]);
});
