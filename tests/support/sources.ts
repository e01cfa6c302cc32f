import { readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

const SRC = resolve(import.meta.dir, "../../src");
const transpilers = {
  ts: new Bun.Transpiler({ loader: "ts" }),
  tsx: new Bun.Transpiler({ loader: "tsx" }),
};

/** An import: of a file by its path in `src`, of a package or a builtin by its name. */
interface Import {
  readonly path: string;
  /** `types` imports disappear when the program is built; `lazy` ones load when they are reached. */
  readonly kind: "static" | "lazy" | "types";
}

/** A source with its path in `src`. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

function importsOf(path: string, text: string): Import[] {
  const named = (spec: string) =>
    spec.startsWith(".") ? relative(SRC, resolve(dirname(`${SRC}/${path}`), spec)) : spec;
  const run = transpilers[path.endsWith("x") ? "tsx" : "ts"]
    .scanImports(text)
    .filter(({ kind }) => kind === "import-statement" || kind === "dynamic-import")
    .map(({ path: spec, kind }): Import => {
      return { path: named(spec), kind: kind === "import-statement" ? "static" : "lazy" };
    });
  const all = [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "([^"]+)"/gmu)];
  const types = all
    .map(([, spec = ""]) => named(spec))
    .filter((name) => !run.some((known) => known.path === name))
    .map((name): Import => ({ path: name, kind: "types" }));
  return [...run, ...types];
}

function read(path: string): Source {
  const text = readFileSync(`${SRC}/${path}`, "utf8");
  return { path, text, imports: importsOf(path, text) };
}

/** All sources of the program, by their path in `src`. */
export const SOURCES: ReadonlyMap<string, Source> = new Map(
  readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/u.test(path) && !path.endsWith(".d.ts"))
    .sort()
    .map((path) => [path, read(path)]),
);

/** Every folder of `src` with the names of the files directly in it. */
export function folders(): Map<string, string[]> {
  const names = readdirSync(SRC, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(SRC, `${entry.parentPath}/${entry.name}`));
  return Map.groupBy(names.sort(), (path) => dirname(path));
}

/** Everything that loads together with a file: files, packages and builtins. */
export function loadedWith(path: string): Set<string> {
  const loaded = new Set([path]);
  for (const name of loaded) {
    for (const each of SOURCES.get(name)?.imports ?? []) {
      if (each.kind === "static") loaded.add(each.path);
    }
  }
  return loaded;
}
