import { realpathSync } from "node:fs";

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
