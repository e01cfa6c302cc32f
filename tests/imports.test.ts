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
  const loaded = reachable("commands/hook.ts", ["import-statement"]);
  expect(slow(loaded)).toEqual([]);
  const others = [...loaded].filter((name) => /^(install|commands)\//u.test(name));
  expect(others).toEqual([]);
  expect([...loaded]).toContain("store/hook-sessions.ts");
});

test("nothing slow is loaded on the hot path", () => {
  const loaded = reachable("program.ts", ["import-statement"]);
  expect(slow(loaded)).toEqual([]);
  expect([...loaded]).toContain("commands/session/start.ts");
  expect([...loaded]).toContain("commands/activity/log.ts");
  expect([...loaded]).toContain("store/store.ts");
  expect([...loaded].filter((name) => /^(install|hook)\//u.test(name))).toEqual([]);
});

test("what only people wait for is loaded by nothing hot", () => {
  const cold = new RegExp(
    [
      "app/(doctor|search|update-search|export|import|collect|automatic-gc|delete|remover|activity-stats|foresee|live|show)",
      "cli/(bars|calendar|completion|fit|live|progress|session-sheet|style|timeline|watch)",
      "domain/(export|finding|heat-map|live|removal|resume|search|session-details|shown|snippet|template|touched)",
      "store/(activity-stats|completion|copied|daily|health|import-file|live|output-file|references|removal|search|session-details|session-list|space|transfer)",
    ]
      .map((layer) => `^${layer}`)
      .join("|"),
    "u",
  );
  for (const entry of ["program.ts", "commands/hook.ts", "commands/session/start.ts"]) {
    const loaded = reachable(entry, ["import-statement"]);
    expect([...loaded].filter((name) => cold.test(name))).toEqual([]);
  }
  const commands = [
    "search",
    "doctor",
    "ps",
    "gc",
    "stats/stats",
    "session/export",
    "session/show",
  ];
  for (const name of commands) {
    const loaded = reachable(`commands/${name}.ts`, ["import-statement"]);
    expect([...loaded].filter((each) => cold.test(each)).length).toBeGreaterThan(2);
  }
});

/** Left may import right; `context.ts`, `errors.ts` and `config.ts` lie between and have rules of their own. */
const ALLOWED: Readonly<Record<string, RegExp>> = {
  domain: /^(domain\/|errors\.ts)/u,
  store: /^(store\/|domain\/|errors\.ts|config\.ts|bun:sqlite|node:(fs|path)$)/u,
  install:
    /^(install\/|domain\/|store\/|context\.ts|config\.ts|errors\.ts|node:(fs|path)$|jsonc-parser$|diff$)/u,
  hook: /^(hook\/|domain\/|errors\.ts)/u,
  app: /^(app\/|hook\/|install\/|domain\/|store\/|context\.ts|config\.ts|settings\.ts|errors\.ts)/u,
  commands: /^(commands\/|cli\/|app\/|domain\/|store\/|context\.ts|errors\.ts|citty$)/u,
  cli: /^(cli\/|domain\/|context\.ts|errors\.ts|citty$|consola\/core$|\.\.\/package\.json)/u,
};

test.each(Object.entries(ALLOWED))(
  "src/%s imports only what lies to its right",
  (layer, allowed) => {
    const wrong = sources(`${SRC}/${layer}`).flatMap((file) =>
      imports(file, ["import-statement", "dynamic-import"])
        .filter((name) => !allowed.test(name))
        .map((name) => `${relative(SRC, file)} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  },
);

test("SQL is said only in src/store", () => {
  const says = /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|PRAGMA|BEGIN IMMEDIATE)\b/u;
  const wrong = sources(SRC).filter(
    (file) => !file.startsWith(`${SRC}/store/`) && says.test(readFileSync(file, "utf8")),
  );
  expect(wrong).toEqual([]);
});

test("only the edge knows the process", () => {
  const knows = /\bprocess\.(?!")/u;
  const wrong = sources(SRC).filter(
    (file) =>
      !/\/(main|host|screen|spawn)\.ts$/u.test(file) &&
      knows.test(readFileSync(file, "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\//gu, "")),
  );
  expect(wrong).toEqual([]);
});
