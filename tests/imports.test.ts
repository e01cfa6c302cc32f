import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

const SRC = resolve(import.meta.dir, "../src");
const transpiler = new Bun.Transpiler({ loader: "ts" });

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? sources(path) : path.endsWith(".ts") ? [path] : [];
  });
}

/** What a file imports: files of `src` by their path in it, packages and builtins by name. */
function imports(file: string, kinds: readonly string[]): string[] {
  return transpiler
    .scanImports(readFileSync(file, "utf8"))
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ path }) => (path.startsWith(".") ? relative(SRC, resolve(dirname(file), path)) : path));
}

function reachable(entry: string, follow: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    for (const name of imports(`${SRC}/${file}`, follow)) {
      if (seen.has(name)) continue;
      seen.add(name);
      if (existsSync(`${SRC}/${name}`) && name.endsWith(".ts")) queue.push(name);
    }
  }
  return seen;
}

const HEAVY = /^(node:|consola|citty$)/u;

const slow = (loaded: ReadonlySet<string>) =>
  [...loaded].filter((name) => name !== "citty" && HEAVY.test(name));

test("the version is told without loading anything", () => {
  expect([...reachable("main.ts", ["import-statement"])]).toEqual(["../package.json"]);
});

test("a hook call loads nothing slow, and nothing of other commands", () => {
  const loaded = reachable("record/command.ts", ["import-statement"]);
  expect(slow(loaded)).toEqual([]);
  const others = [...loaded].filter((name) => /^(install|edit|sessions)\//u.test(name));
  expect(others).toEqual([]);
  expect([...loaded]).toContain("store/hooked-sessions.ts");
});

test("nothing slow is loaded on the hot path", () => {
  const loaded = reachable("program.ts", ["import-statement"]);
  expect(slow(loaded)).toEqual([]);
  expect([...loaded]).toContain("sessions/start-command.ts");
  expect([...loaded]).toContain("sessions/log-command.ts");
  expect([...loaded]).toContain("store/store.ts");
  // Of the agents only the list, which holds words alone.
  const others = [...loaded].filter((name) => /^(install|agents)\//u.test(name));
  expect(others).toEqual(["agents/agents.ts"]);
  expect(imports(`${SRC}/agents/agents.ts`, ["import-statement", "dynamic-import"])).toEqual([]);
});

test("only the edge knows the process", () => {
  const knows = /\b(?:process\.(?!")|Bun\.env\b|import\.meta\.env\b)/u;
  const wrong = sources(SRC).filter(
    (file) =>
      !/\/(main|host|screen|spawn)\.ts$/u.test(file) &&
      knows.test(readFileSync(file, "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\//gu, "")),
  );
  expect(wrong).toEqual([]);
});
