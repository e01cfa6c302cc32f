import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";

/** What the binary is made from; it is built anew when any of it is younger. */
const SOURCES = ["src", "package.json", "bun.lock", "build.ts"];
export const BINARY = `${import.meta.dir}/dist/mm`;

/** Builds the single binary for this machine, or for one of Bun's compile targets. */
export async function build(outfile: string, target?: Bun.Build.CompileTarget): Promise<void> {
  mkdirSync(outfile.slice(0, outfile.lastIndexOf("/")), { recursive: true });
  const result = await Bun.build({
    entrypoints: [`${import.meta.dir}/src/main.ts`],
    target: "bun",
    format: "esm",
    minify: true,
    bytecode: true,
    // Without it every lazily imported module's builtins are loaded at the start.
    splitting: true,
    sourcemap: "inline",
    compile: {
      outfile,
      ...(target === undefined ? {} : { target }),
      // Nothing in the working directory or the environment may change what mm runs.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
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
