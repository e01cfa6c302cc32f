import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";

/** What the binary is built from. It is rebuilt if any of this is newer. */
const SOURCES = ["src", "package.json", "bun.lock", "build.ts", "bytecode-order.txt"];
export const BINARY = `${import.meta.dir}/dist/mm`;
const SRC = `${import.meta.dir}/src`;
/** The functions that usual calls use, whose bytecode is laid out together; `bun run order` records them. */
export const ORDER = `${import.meta.dir}/bytecode-order.txt`;

/** The modules that calls of the hot path load: all of them, or some. */
const HOT_PATH: readonly string[] = [
  "cli/run.ts",
  "commands.ts",
  "host/host.ts",
  "record/record-call.ts",
].map((name) => `${SRC}/${name}`);
/**
 * What the same calls need. A group is one chunk: of those that run a command; of a start; of a log; of those that store; then of most
 * commands that print for people, of those that know projects, list sessions, and tell states.
 */
const TOGETHER: readonly (readonly string[])[] = [
  [
    "cli/command.ts",
    "cli/options.ts",
    "cli/run-command.ts",
    "sessions/json.ts",
    "sessions/text.ts",
    "sessions/which.ts",
  ],
  ["sessions/start/command.ts", "sessions/start/resume.ts"],
  ["sessions/log.ts", "sessions/log-command.ts", "sessions/log-typed.ts"],
  [
    "files/git.ts",
    "store/ends.ts",
    "store/events.ts",
    "store/sessions.ts",
    "text/redact.ts",
    "text/redact-json.ts",
  ],
  [
    "agents/short-name.ts",
    "cli/fit.ts",
    "cli/style.ts",
    "cli/table.ts",
    "machines/json.ts",
    "machines/stores.ts",
    "machines/text.ts",
    "usage/json.ts",
  ],
  [
    "projects/filter.ts",
    "projects/folders.ts",
    "projects/identity.ts",
    "projects/projects.ts",
    "projects/sql.ts",
  ],
  ["show/list/list.ts", "show/machines/list.ts"],
  ["states/observe.ts", "states/state.ts", "store/observed.ts"],
].map((names) => names.map((name) => `${SRC}/${name}`));
/** What all calls of the hot path load, though some of them don't need all of it: that spares them chunks. */
const SHARED: readonly string[] = [
  "agents/agents.ts",
  "cli/args.ts",
  "files/small-file.ts",
  "host/host.ts",
  "settings/settings.ts",
  "store/rows.ts",
  "store/tables.ts",
  "text/duration.ts",
  "text/names.ts",
  "text/time.ts",
].map((name) => `${SRC}/${name}`);
const SHARING: readonly string[] = [
  "completer.ts",
  "hook.ts",
  "log.ts",
  "program.ts",
  "sessions/log-command.ts",
  "sessions/start/command.ts",
  "sessions/start/create.ts",
  "start.ts",
].map((name) => `${SRC}/${name}`);
/** Load lazily the program, with its commands, or less: what takes in a hook call, and completion. */
const ENTRIES: readonly string[] = ["main.ts", "hook.ts", "start.ts", "log.ts"].map(
  (name) => `${SRC}/${name}`,
);

/** The modules that others than the entries import lazily. */
function lazyModules(): Set<string> {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const names = [...new Bun.Glob("**/*.ts").scanSync(SRC)];
  const importing = names.map((name) => `${SRC}/${name}`).filter((path) => !ENTRIES.includes(path));
  const lazy = importing.flatMap((path) =>
    transpiler
      .scanImports(readFileSync(path, "utf8"))
      .filter(({ kind, path: imported }) => kind === "dynamic-import" && imported.startsWith("."))
      .map(({ path: imported }) => resolve(dirname(path), imported)),
  );
  return new Set(lazy).difference(new Set(SHARING));
}

/**
 * Makes every lazily imported module import the whole hot path. The bundler puts modules into one chunk that the
 * same lazy modules need. If each lazy module needed a different part of the hot path, a call would load two
 * dozen chunks instead of one. For the same reason each module of a group in `TOGETHER` imports the others.
 */
const fewChunks: Bun.BunPlugin = {
  name: "few chunks",
  setup(builder) {
    const lazy = lazyModules();
    builder.onLoad({ filter: /\/src\/.*\.ts$/u }, ({ path }) => {
      const group = TOGETHER.find((paths) => paths.includes(path)) ?? [];
      const hot = SHARING.includes(path) ? SHARED : lazy.has(path) ? HOT_PATH : [];
      const added = [...hot, ...group.filter((other) => other !== path)];
      if (added.length === 0) return;
      // Relative, because the paths end up in the binary's source map.
      const imports = added.map((each) => `import "./${relative(dirname(path), each)}";`);
      return { contents: [readFileSync(path, "utf8"), ...imports].join("\n"), loader: "ts" };
    });
  },
};

/** What MCP's library takes from the system: nothing to check JSON schemas with, which `mm` asks nobody for. */
const SHIMS = `export { default as process } from "node:process";
export class DefaultJsonSchemaValidator {
  getValidator() {
    throw new Error("no validator");
  }
}`;

/** Leaves out the library's own validator: loading it takes an eighth of a server's start. */
const noValidator: Bun.BunPlugin = {
  name: "no validator",
  setup(builder) {
    const filter = /^@modelcontextprotocol\/server\/_shims$/u;
    builder.onResolve({ filter }, ({ path }) => ({ path, namespace: "without" }));
    builder.onLoad({ filter, namespace: "without" }, () => ({ contents: SHIMS, loader: "js" }));
  },
};

/** How the sources are bundled into chunks. */
export const BUNDLE = {
  entrypoints: [`${SRC}/main.ts`],
  target: "bun",
  format: "esm",
  minify: true,
  // Without splitting, the builtins of every lazily imported module are loaded at the start.
  splitting: true,
  // The page of `mm web`: without these, JSX is built to be debugged.
  jsx: { runtime: "automatic", importSource: "preact", development: false },
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [fewChunks, noValidator],
} as const satisfies Partial<Bun.BuildConfig>;

/**
 * Builds the page of `mm web` before the program, which then holds its files as they are: as a part of the program
 * the page would bring along its source map, too.
 */
async function builtPage(): Promise<Bun.BunPlugin> {
  const { jsx, define } = BUNDLE;
  const entry = `${SRC}/web/page/index.html`;
  const built = await Bun.build({
    entrypoints: [entry],
    publicPath: "/",
    minify: true,
    splitting: true,
    jsx,
    define,
  });
  refuseErrors(built);
  const folder = `${import.meta.dir}/dist/page`;
  mkdirSync(folder, { recursive: true });
  // Always in the same order, so that the same sources make the same program.
  const outputs = built.outputs
    .map((file) => ({ file, name: basename(file.path) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  await Promise.all(outputs.map(({ file, name }) => Bun.write(`${folder}/${name}`, file)));
  const kept = new Set([...outputs.map(({ name }) => name), "page.js"]);
  for (const name of readdirSync(folder)) if (!kept.has(name)) rmSync(`${folder}/${name}`);
  const imports = outputs.map(
    ({ name }, n) => `import f${n} from "./${name}" with { type: "file" };`,
  );
  const files = outputs.map(({ file, name }, n) => {
    return `{ path: f${n}, input: "${name}", headers: { "content-type": "${file.type}" } }`;
  });
  const module = `${folder}/page.js`;
  await Bun.write(
    module,
    `${imports.join("\n")}\nexport default { files: [${files.join(", ")}] };\n`,
  );
  return {
    name: "built page",
    setup(builder) {
      builder.onResolve({ filter: /\/page\/index\.html$/u }, () => ({ path: module }));
    },
  };
}

/** The platform of a binary, and Bun's executable to build it from. */
export interface Runtime {
  readonly target: Bun.Build.CompileTarget;
  readonly executablePath: string;
}

/**
 * Builds the single binary, from the running Bun unless `runtime` is given.
 * @param plugins change what is bundled; what is released has none
 */
export async function build(
  outfile: string,
  runtime?: Runtime,
  plugins: readonly Bun.BunPlugin[] = [],
): Promise<void> {
  mkdirSync(dirname(outfile), { recursive: true });
  const result = await Bun.build({
    ...BUNDLE,
    plugins: [...plugins, await builtPage(), ...BUNDLE.plugins],
    bytecode: true,
    sourcemap: "inline",
    compile: {
      outfile,
      ...runtime,
      // Nothing in the working directory or the environment may change how mm runs.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
      // A call ends before compiled code could make up for the threads that compile it.
      jitPolicy: 8,
      bytecodeOrder: existsSync(ORDER) && ORDER,
      execArgv: ["--disallow-code-generation-from-strings=strict"],
    },
  });
  refuseErrors(result);
  // Bun also writes the source maps next to the binary, which contains them.
  const folder = dirname(outfile);
  for (const name of readdirSync(folder)) {
    if (/^(?:chunk-\w+\.js|mm(?:\.exe)?)\.map$/u.test(name)) {
      rmSync(`${folder}/${name}`, { force: true });
    }
  }
}

/**
 * Throws for logged errors, because Bun reports success even if it could not create bytecode.
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

/** Builds `dist/mm` if it is missing or older than its sources. */
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
  const { writeParts, writeSchemas } = await import("./docs/parts.ts");
  await writeParts();
  writeSchemas();
  await writeManualPage();
} else if (import.meta.main && process.argv.includes("--man")) {
  await writeManualPage();
} else if (import.meta.main) {
  await build(BINARY);
  const bytes = readFileSync(BINARY);
  const sum = createHash("sha256").update(bytes).digest("hex");
  console.log(`dist/mm  ${(bytes.length / 1e6).toFixed(1)} MB  sha256 ${sum}`);
}
