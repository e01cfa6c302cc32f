import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

export function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:[\\/]|^\\\\/u.test(path);
}

/** Where programs are looked for; Windows spells it in its own way. */
interface SearchPath {
  readonly PATH?: string | undefined;
  readonly Path?: string | undefined;
}

/** Every program of this name on PATH, first found first. */
export function findOnPath(env: SearchPath, name: string): string[] {
  const path = env["PATH"] ?? env["Path"] ?? "";
  const separator = isWindowsPath(path) ? ";" : ":";
  return path.split(separator).flatMap((folder) => {
    const isAbsolute = folder.startsWith("/") || isWindowsPath(folder);
    const found = isAbsolute ? Bun.which(name, { PATH: folder }) : null;
    return found === null ? [] : [found];
  });
}

export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function isSameFile(a: string, b: string): boolean {
  return realPath(a) === realPath(b);
}

/** Resolves all links and dots of an absolute path, even if nothing is there any more. Other text stays as it is. */
export function realFolder(path: string): string {
  if (!path.startsWith("/")) return path;
  try {
    return realpathSync.native(path);
  } catch {
    const folded = resolve(path);
    const above = dirname(folded);
    return above === folded ? folded : join(realFolder(above), basename(folded));
  }
}
