import { expect, test } from "bun:test";
import { loadedWith, SOURCES } from "../support/sources.ts";

const names = [...SOURCES.keys()];
const read = (name: string) => SOURCES.get(name)?.text ?? "";

/** The command files, by what they declare. */
const commands = names.filter((name) => /\bcommand\(\{/u.test(read(name)));
/** The files that say what a command's JSON is. */
const contracts = names.filter((name) => name.endsWith("/json.ts"));

test("the files are found", () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(contracts.length).toBeGreaterThan(8);
  expect(commands).toContain("show/list/command.ts");
  expect(contracts).toContain("show/json.ts");
});

test.each(contracts)("%s answers without a command or a text for people", (name) => {
  const loaded = [...loadedWith(name)];
  expect(loaded.filter((one) => commands.includes(one) || one.endsWith("/text.ts"))).toEqual(
    loaded.filter((one) => one === "text/text.ts"),
  );
});

test.each(commands)("%s declares and calls", (name) => {
  const text = read(name);
  expect(text.split("\n").length).toBeLessThanOrEqual(75);
  // It calls a feature, never the store, and JSON keys are in json.ts.
  expect(text).not.toMatch(/\bstore\(|\bread\(/u);
  expect(text).not.toMatch(/^\s+[a-z]+_[a-z_]+:/mu);
});
