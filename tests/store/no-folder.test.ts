import { expect, test } from "bun:test";
import { World } from "../support/world.ts";

test("a home that can't be created is named", async () => {
  using world = new World();
  world.env = { MM_HOME: "/proc/nope" };
  expect(await world.mm("session", "start")).toEqual({
    code: 1,
    out: "",
    err: "mm: can't create /proc/nope\n  hint: set MM_HOME to another folder\n",
  });
});
