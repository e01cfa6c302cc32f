import { afterAll, beforeAll, expect, test } from "bun:test";
import root from "../../src/commands.ts";
import { offerAt } from "../../src/completion/offer.ts";
import { outlineOf } from "../../src/completion/outline.ts";
import { machineValues } from "../../src/completion/values.ts";
import { Fleet } from "../support/fleet.ts";

const fleet = new Fleet();
beforeAll(() => fleet.fill());
afterAll(() => fleet[Symbol.dispose]());

const offered = async (typed: string) =>
  (await machineValues(fleet.laptop.env, typed)).map(({ value }) => value);

test("the machines whose sessions were pulled are offered, one after another", async () => {
  expect(await offered("")).toEqual(["all", "bob/build", "desk"]);
  expect(await offered("de")).toEqual(["all", "bob/build", "desk"]);
  expect(await offered("desk,")).toEqual(["desk,bob/build"]);
});

test("without a replica, all of them are", async () => {
  expect(await machineValues({ MM_HOME: fleet.desk.home }, "")).toEqual([
    { value: "all", description: "This one and all others" },
  ]);
});

test.each(["list", "ps", "search", "show", "events", "stats", "export"])(
  "mm %s --machine asks for them",
  async (name) => {
    const offer = offerAt(await outlineOf(root), [name, "--machine"], "");
    expect(offer.lookUp).toBe("machine");
  },
);
