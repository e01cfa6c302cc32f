import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "../build.ts";

export interface Binaries {
  readonly mm: string;
  /** What runs an empty program: `mm` itself, whose pages lie in memory as they do for the rest, or another file. */
  readonly empty: readonly string[];
}

export const EMPTY_WORD = "__empty";
/** Where the first branch of `src/main.ts` begins. */
export const MAIN_BEGINS = 'if (first === "hook"';

/** Lets `mm` end at once for a word of its own. Another file's start would differ by a millisecond for its pages alone. */
const emptyMode: Bun.BunPlugin = {
  name: "empty mode",
  setup(builder) {
    builder.onLoad({ filter: /\/src\/main\.ts$/u }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const first = `if (first === "${EMPTY_WORD}") undefined; else ${MAIN_BEGINS}`;
      if (!source.includes(MAIN_BEGINS)) throw new Error(`${path} begins in another way`);
      return { contents: source.replace(MAIN_BEGINS, first), loader: "ts" };
    });
  },
};

/** Builds an `mm` that also has the empty mode. */
async function buildWithEmptyMode(outfile: string): Promise<void> {
  await build(outfile, undefined, [emptyMode]);
}

const BUILD_SCRIPT = `${import.meta.dir}/../build.ts`;

/** Runs the build script next to an empty program, so that the flags are the same as those of a given `mm`. */
function buildEmpty(folder: string): string {
  mkdirSync(`${folder}/src`, { recursive: true });
  writeFileSync(`${folder}/src/main.ts`, "");
  cpSync(BUILD_SCRIPT, `${folder}/build.ts`);
  const { success, stderr } = Bun.spawnSync([process.execPath, "build.ts"], {
    cwd: folder,
    stdout: "ignore",
    stderr: "pipe",
  });
  if (!success) throw new Error(`can't build the empty program: ${stderr}`);
  return `${folder}/dist/mm`;
}

function runs(binary: string): boolean {
  try {
    return Bun.spawnSync([binary, "--version"], { stdout: "ignore", stderr: "ignore" }).success;
  } catch {
    return false;
  }
}

/** Copies a binary and reads the copy once, because the way its pages got into memory changes its start by 1 ms. */
function stage(binary: string, folder: string, name: string): string {
  mkdirSync(folder, { recursive: true });
  const copy = `${folder}/${name}`;
  copyFileSync(binary, copy);
  readFileSync(copy);
  return copy;
}

/**
 * Builds `mm` with an empty mode or, where one is given, an empty program beside it.
 * @param folders where to run them, best first; skips folders from which nothing can be executed
 */
export async function makeBinaries(
  work: string,
  given: string | null,
  folders: readonly string[],
): Promise<Binaries> {
  const built = given ?? `${work}/mm/dist/mm`;
  if (given === null) await buildWithEmptyMode(built);
  for (const folder of folders) {
    const mm = stage(built, `${folder}/bin`, "mm");
    if (!runs(mm)) continue;
    if (given === null) return { mm, empty: [mm, EMPTY_WORD] };
    return { mm, empty: [stage(buildEmpty(`${work}/empty`), `${folder}/bin`, "empty")] };
  }
  throw new Error(`${built} doesn't run`);
}

// Another Bun builds `mm` as its own.
if (import.meta.main) await buildWithEmptyMode(process.argv[2] ?? "");
