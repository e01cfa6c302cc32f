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
 * Bun's executable for the target, from the tarball that `bun.lock` names. By itself, Bun would use whatever it
 * downloads, or finds under the right name in its cache or in the working directory.
 * @throws Error if the tarball can't be downloaded or isn't the locked one
 */
export function lockedRuntime(target: Target): Uint8Array {
  const lock = parseLockfile(readFileSync(`${ROOT}/bun.lock`, "utf8"));
  return runtimeIn(lock, target, downloaded(lock, target));
}

/** @throws Error if the tarball isn't the locked one or has no executable */
export function runtimeIn(lock: Lockfile, target: Target, tarball: Uint8Array): Uint8Array {
  const locked = lockedPackage(lock, runtimePackage(target));
  checkIntegrity(locked, tarball);
  const path = `package/bin/${target.os === "windows" ? "bun.exe" : "bun"}`;
  const file = parseTar(Bun.gunzipSync(new Uint8Array(tarball))).find(({ name }) => name === path);
  if (file?.data === undefined) throw new Error(`the tarball of ${locked[0]} has no ${path}`);
  return file.data;
}

/** The package's tarball, from the cache or from npm's configured registry. */
function downloaded(lock: Lockfile, target: Target): Uint8Array {
  const { name, version } = resolved(lockedPackage(lock, runtimePackage(target)));
  const file = `${name.slice(1).replace("/", "-")}-${version}.tgz`;
  const path = `${CACHE}/${file}`;
  if (!existsSync(path)) download(`${name}@${version}`, file);
  return readFileSync(path);
}

function download(specifier: string, file: string): void {
  mkdirSync(CACHE, { recursive: true });
  // Another build may be running, so the cache must contain only complete files.
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
