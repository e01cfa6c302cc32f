import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { World } from "../support/world.ts";

test("mm import says why it can't read what is no file", async () => {
  using world = new World();
  mkdirSync(`${world.folder}/chats`);
  const errors = ["gone.jsonl", "chats"].map(async (name) => {
    const path = `${world.folder}/${name}`;
    const { code, err } = await world.mm("import", path);
    return { code, err: err.replace(path, name) };
  });
  expect(await Promise.all(errors)).toEqual([
    { code: 1, err: "mm: can't read gone.jsonl: there is no such file\n" },
    { code: 1, err: "mm: can't read chats: it is a folder\n" },
  ]);
});
