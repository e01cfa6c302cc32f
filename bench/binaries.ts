import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "../build.ts";

export interface Binaries {
  readonly mm: string;
  /** An empty program, compiled with the same flags. */
  readonly empty: string;
}

const BUILD_SCRIPT = `${import.meta.dir}/../build.ts`;

/** Runs the build script next to an empty program instead of `mm`, so that the flags are the same. */
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
 * Builds `mm`, unless one is given, and the empty program.
 * @param folders where to run them, best first; skips folders from which nothing can be executed
 */
export async function makeBinaries(
  work: string,
  given: string | null,
  folders: readonly string[],
): Promise<Binaries> {
  const built = given ?? `${work}/mm/dist/mm`;
  if (given === null) await build(built);
  const empty = buildEmpty(`${work}/empty`);
  for (const folder of folders) {
    const mm = stage(built, `${folder}/bin`, "mm");
    if (runs(mm)) return { mm, empty: stage(empty, `${folder}/bin`, "empty") };
  }
  throw new Error(`${built} doesn't run`);
}
