import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

/** What the binary is made from; it is built anew when any of it is younger. */
const SOURCES = ["src", "package.json", "bun.lock", "build.ts"];
export const BINARY = `${import.meta.dir}/dist/mm`;
const SRC = `${import.meta.dir}/src`;

/**
 * What every call of the hot path loads. The bundler makes a chunk of all modules that the same lazily
 * imported ones need, so whichever of those needs a part of the hot path is made to need the whole; else
 * each call would load it as two dozen chunks.
 */
const HOT_PATH: readonly string[] = ["cli/run.ts", "commands.ts", "host/host.ts"].map(
  (name) => `${SRC}/${name}`,
);
/** The program waits for what it imports, which therefore can't wait for it; completion needs little. */
const ENTRY = `${SRC}/main.ts`;

interface Source {
  readonly needs: readonly string[];
  readonly lazy: readonly string[];
}

function readSources(): Map<string, Source> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const names = readdirSync(SRC, { recursive: true, encoding: "utf8" });
  const paths = names.filter((name) => name.endsWith(".ts")).map((name) => `${SRC}/${name}`);
  return new Map(
    paths.map((path) => {
      const imports = transpiler.scanImports(readFileSync(path, "utf8"));
      const own = (wanted: string) =>
        imports
          .filter(({ kind, path: imported }) => kind === wanted && imported.startsWith("."))
          .map(({ path: imported }) => resolve(dirname(path), imported));
      return [path, { needs: own("import-statement"), lazy: own("dynamic-import") }];
    }),
  );
}

/** These modules with all that they import other than lazily. */
function closure(sources: ReadonlyMap<string, Source>, modules: readonly string[]): Set<string> {
  const found = new Set(modules);
  for (const path of found) {
    for (const needed of sources.get(path)?.needs ?? []) found.add(needed);
  }
  return found;
}

/** The lazily imported modules that need a part of the hot path. */
function partlyHot(): Set<string> {
  const sources = readSources();
  const hot = closure(sources, HOT_PATH);
  const lazy = [...sources].flatMap(([path, source]) => (path === ENTRY ? [] : source.lazy));
  return new Set(lazy.filter((path) => !closure(sources, [path]).isDisjointFrom(hot)));
}

/** A source with imports of the whole hot path. */
function withHotPath(path: string): string {
  // What is written here ends up in the binary, in its source map: nothing of where the sources are.
  const imports = HOT_PATH.map(
    (module) => `import ${JSON.stringify(`./${relative(dirname(path), module)}`)};`,
  );
  return [readFileSync(path, "utf8"), ...imports].join("\n");
}

const wholeHotPath: Bun.BunPlugin = {
  name: "whole hot path",
  setup(builder) {
    const partly = partlyHot();
    builder.onLoad({ filter: /\/src\/.*\.ts$/u }, ({ path }) =>
      partly.has(path) ? { contents: withHotPath(path), loader: "ts" } : undefined,
    );
  },
};

/** How the sources become chunks, whatever is made of these. */
export const BUNDLE = {
  entrypoints: [`${SRC}/main.ts`],
  target: "bun",
  format: "esm",
  minify: true,
  // Without it every lazily imported module's builtins are loaded at the start.
  splitting: true,
  plugins: [wholeHotPath],
} as const satisfies Partial<Bun.BuildConfig>;

/** What a binary is made for, and the executable of Bun's that it is made from. */
export interface Runtime {
  readonly target: Bun.Build.CompileTarget;
  readonly executablePath: string;
}

/** Builds the single binary, of the Bun that runs this unless it is told of another. */
export async function build(outfile: string, runtime?: Runtime): Promise<void> {
  mkdirSync(outfile.slice(0, outfile.lastIndexOf("/")), { recursive: true });
  const result = await Bun.build({
    ...BUNDLE,
    bytecode: true,
    sourcemap: "inline",
    compile: {
      outfile,
      ...runtime,
      // Nothing in the working directory or the environment may change what mm runs.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
      // A call is over before compiled code could pay for the threads that compile it.
      jitPolicy: 8,
      execArgv: ["--disallow-code-generation-from-strings=strict"],
    },
  });
  refuseErrors(result);
}

/**
 * Bun calls a build that has no bytecode a success, and only logs what went wrong.
 * @throws AggregateError
 */
export function refuseErrors(result: Bun.BuildOutput): void {
  const errors = result.logs.filter((log) => log.level === "error");
  if (result.success && errors.length === 0) return;
  throw new AggregateError(errors, `build failed: ${errors.map((log) => log.message).join("; ")}`);
}

function newestChange(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(
    stat.mtimeMs,
    ...readdirSync(path).map((name) => newestChange(`${path}/${name}`)),
  );
}

/** Builds `dist/mm` if it is missing or older than what it is made from. */
export async function buildIfStale(): Promise<void> {
  const sources = SOURCES.map((path) => newestChange(`${import.meta.dir}/${path}`));
  if (existsSync(BINARY) && statSync(BINARY).mtimeMs > Math.max(...sources)) return;
  await build(BINARY);
}

async function writeManualPage(): Promise<void> {
  const { writeManual } = await import("./docs/man.ts");
  await writeManual();
}

if (import.meta.main && process.argv.includes("--docs")) {
  const { writeReference } = await import("./docs/reference.ts");
  await writeReference();
  // The manual page takes tables from the README.
  await writeManualPage();
} else if (import.meta.main && process.argv.includes("--man")) {
  await writeManualPage();
} else if (import.meta.main) {
  await build(BINARY);
  const bytes = readFileSync(BINARY);
  const sum = createHash("sha256").update(bytes).digest("hex");
  console.log(`dist/mm  ${(bytes.length / 1e6).toFixed(1)} MB  sha256 ${sum}`);
}
