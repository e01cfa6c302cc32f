import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Key } from "../../src/context.ts";
import { Fleet } from "../support/fleet.ts";

const fleet = new Fleet();
beforeAll(async () => {
  await fleet.fill();
  fleet.laptop.isTerminal = true;
  fleet.laptop.height = 24;
});
afterAll(() => fleet[Symbol.dispose]());

const named = (name: Key["name"]): Key => ({ name, text: "" });
const typed = (text: string): Key => ({ name: "text", text });

/** What is on the screen after these keys, and how it ended. */
async function watched(keys: readonly Key[], ...words: string[]) {
  const { laptop } = fleet;
  laptop.frames.length = 0;
  laptop.keys = [...keys];
  const { code, err } = await laptop.mm("ps", "--watch", ...words);
  const shown = laptop.frames.filter((frame) => frame !== "closed").at(-1);
  return { code, err, shown: Bun.stripANSI(shown ?? "") };
}

test("ps --watch shows other machines' sessions, and up to when they are known", async () => {
  const all = await watched([], "--machine", "all");
  expect(all).toMatchObject({ code: 0, err: "" });
  expect(all.shown).toContain("Machine");
  expect(all.shown).toContain("Round the prices of the cart");
  expect(all.shown).toContain("Deploy the parser");
  expect(all.shown).toContain("As of the last push: bob/build 1m ago, desk 11m ago");
  const desk = await watched([], "--machine", "desk");
  expect(desk.shown).toContain("Round the prices of the cart");
  expect(desk.shown).not.toContain("Deploy the parser");
  expect((await watched([])).shown).not.toContain("Round the prices");
  expect((await watched([], "--machine", "attic")).err).toContain("no machine is called 'attic'");
});

test("what another machine does can be looked at, but neither ended nor resumed", async () => {
  const words = ["--machine", "desk"];
  const sheet = await watched([named("down"), named("tab")], ...words);
  expect(sheet.shown).toStartWith("Round the prices of the cart");
  expect(sheet.shown).toContain("desk");
  const asked = await watched([named("down"), typed("e")], ...words);
  expect(asked.shown).toContain("It can be ended on desk alone. Any key goes back.");
  const before = fleet.desk.session("d1");
  const yes = await watched([named("down"), typed("e"), typed("y")], ...words);
  expect(yes).toMatchObject({ code: 0, err: "" });
  expect(yes.shown).toContain("Round the prices of the cart");
  expect(fleet.desk.session("d1")).toEqual(before);
  const { code, err } = await watched([named("down"), named("enter")], ...words);
  expect(code).toBe(1);
  expect(err).toStartWith("mm: its agent keeps this session on desk\n  hint: `mm show ");
  const id = /`mm show (\S+) --machine all`/u.exec(err)?.[1] ?? "";
  fleet.laptop.isTerminal = false;
  const { out } = await fleet.laptop.mm("show", id, "--machine", "all");
  expect(out).toStartWith("Round the prices of the cart");
  fleet.laptop.isTerminal = true;
});
