import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

/** What the binary is made from; it is built anew when any of it is younger. */
const SOURCES = ["src", "package.json", "bun.lock", "build.ts"];
export const BINARY = `${import.meta.dir}/dist/mm`;
const SRC = `${import.meta.dir}/src`;

/**
 * What is loaded together, the hottest first. The bundler makes a chunk of all modules that the same lazily
 * imported ones need, so each of those is made to need whole layers; else a call would load dozens of chunks.
 */
const LAYERS: readonly (readonly string[])[] = [
  [`${SRC}/cli/run.ts`, `${SRC}/commands/root.ts`, `${SRC}/host.ts`],
  [`${SRC}/commands/hook.ts`],
  [`${SRC}/commands/session/list.ts`],
];

function lazilyImported(): Set<string> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const paths = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    // The entry waits for the program, which would wait for the entry if it needed it.
    .filter((name) => name.endsWith(".ts") && name !== "main.ts")
    .map((name) => `${SRC}/${name}`);
  const lazy = paths.flatMap((path) =>
    transpiler
      .scanImports(readFileSync(path, "utf8"))
      .filter(({ kind, path: imported }) => kind === "dynamic-import" && imported.startsWith("."))
      .map(({ path: imported }) => resolve(dirname(path), imported)),
  );
  return new Set(lazy);
}

/** Makes a lazily imported module need the layers before its own, or all of them. */
function withLayers(path: string): string {
  const own = LAYERS.findIndex((layer) => layer.includes(path));
  const needed = LAYERS.slice(0, own === -1 ? LAYERS.length : own).flat();
  // What is written here ends up in the binary, in its source map: nothing of where the sources are.
  const imports = needed.map(
    (module) => `import ${JSON.stringify(`./${relative(dirname(path), module)}`)};`,
  );
  return [readFileSync(path, "utf8"), ...imports].join("\n");
}

const layers: Bun.BunPlugin = {
  name: "layers",
  setup(builder) {
    const lazy = lazilyImported();
    builder.onLoad({ filter: /\/src\/.*\.ts$/u }, ({ path }) =>
      lazy.has(path) ? { contents: withLayers(path), loader: "ts" } : undefined,
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
  plugins: [layers],
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
