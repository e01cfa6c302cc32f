import { realpathSync } from "node:fs";

export function isWindowsPath(path: string): boolean {
  return /^[A-Za-z]:[\\/]|^\\\\/u.test(path);
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
