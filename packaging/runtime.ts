import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { parseTar } from "nanotar";
import {
  checkIntegrity,
  type Lockfile,
  lockedPackage,
  parseLockfile,
  resolved,
  runtimePackage,
} from "./lockfile.ts";
import { ROOT } from "./project.ts";
import type { Target } from "./targets.ts";

const CACHE = `${ROOT}/node_modules/.cache/runtimes`;

/**
 * The bytes of Bun's executable for the target, out of the tarball that `bun.lock` names. Left to itself Bun takes
 * whatever it downloads, or finds under the right name in its cache or in the working directory.
 * @throws Error where the tarball can't be had, or isn't the one that was locked
 */
export function lockedRuntime(target: Target): Uint8Array {
  const lock = parseLockfile(readFileSync(`${ROOT}/bun.lock`, "utf8"));
  return runtimeIn(lock, target, downloaded(lock, target));
}

/** @throws Error where the tarball isn't the one that was locked, or has no executable */
export function runtimeIn(lock: Lockfile, target: Target, tarball: Uint8Array): Uint8Array {
  const locked = lockedPackage(lock, runtimePackage(target));
  checkIntegrity(locked, tarball);
  const path = `package/bin/${target.os === "windows" ? "bun.exe" : "bun"}`;
  const file = parseTar(Bun.gunzipSync(new Uint8Array(tarball))).find(({ name }) => name === path);
  if (file?.data === undefined) throw new Error(`the tarball of ${locked[0]} has no ${path}`);
  return file.data;
}

/** The package's tarball, from the cache or from the registry that npm is set up for. */
function downloaded(lock: Lockfile, target: Target): Uint8Array {
  const { name, version } = resolved(lockedPackage(lock, runtimePackage(target)));
  const file = `${name.slice(1).replace("/", "-")}-${version}.tgz`;
  const path = `${CACHE}/${file}`;
  if (!existsSync(path)) download(`${name}@${version}`, file);
  return readFileSync(path);
}

function download(specifier: string, file: string): void {
  mkdirSync(CACHE, { recursive: true });
  // Another build may be at it too: what stands in the cache is whole.
  const folder = mkdtempSync(`${CACHE}/.download-`);
  try {
    const { success, stderr } = Bun.spawnSync(
      ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, specifier],
      { cwd: folder, stdout: "ignore" },
    );
    if (!success) throw new Error(`can't download ${specifier}: ${stderr.toString().trim()}`);
    renameSync(`${folder}/${file}`, `${CACHE}/${file}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
