import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

const SRC = resolve(import.meta.dir, "../src");
const transpiler = new Bun.Transpiler({ loader: "ts" });
const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);
const read = (name: string) => readFileSync(`${SRC}/${name}`, "utf8");

/** The command files, by what they declare. */
const commands = files.filter((name) => /\bcommand\(\{/u.test(read(name)));
/** The files that say what a command's JSON is. */
const contracts = files.filter((name) => name.endsWith("/json.ts"));

/** The files of `src` that are loaded with one. */
function loadedWith(entry: string): string[] {
  const loaded = new Set([entry]);
  for (const name of loaded) {
    for (const { path, kind } of transpiler.scanImports(read(name))) {
      const imported = relative(SRC, resolve(dirname(`${SRC}/${name}`), path));
      if (kind === "import-statement" && files.includes(imported)) loaded.add(imported);
    }
  }
  return [...loaded];
}

test("the files are found", () => {
  expect(commands.length).toBeGreaterThan(20);
  expect(contracts.length).toBeGreaterThan(8);
  expect(commands).toContain("show/list-command.ts");
  expect(contracts).toContain("show/json.ts");
});

test.each(contracts)("%s answers without a command or a text for people", (name) => {
  const loaded = loadedWith(name);
  expect(loaded.filter((one) => commands.includes(one) || one.endsWith("/text.ts"))).toEqual(
    loaded.filter((one) => one === "text/text.ts"),
  );
});

test.each(commands)("%s declares and calls", (name) => {
  const text = read(name);
  expect(text.split("\n").length).toBeLessThanOrEqual(75);
  // It asks a feature, never the store, and the keys of JSON are in json.ts.
  expect(text).not.toMatch(/\bstore\(|\bread\(/u);
  expect(text).not.toMatch(/^\s+[a-z]+_[a-z_]+:/mu);
});
