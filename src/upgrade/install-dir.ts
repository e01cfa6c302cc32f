import { isWindowsPath, realPath } from "../files/paths.ts";
import type { Env } from "../settings/environment.ts";
import { hasControls } from "../text/text.ts";

/**
 * The folder that the install script was told, where this copy is the one in it; null elsewhere.
 * @param executable its absolute path with all links followed
 */
export function installDir(env: Env, executable: string): string | null {
  const told = env["MM_INSTALL_DIR"] ?? "";
  const isWindows = isWindowsPath(told);
  // The script takes no other path, and no shell a path that can't be shown.
  if (!(told.startsWith("/") || isWindows) || hasControls(told)) return null;
  const folder = told.replace(isWindows ? /[\\/]+$/u : /\/+$/u, "");
  const program = realPath(isWindows ? `${folder}\\mm.exe` : `${folder}/mm`);
  const isIt = isWindows
    ? program.toLowerCase() === executable.toLowerCase()
    : program === executable;
  return isIt ? folder || "/" : null;
}
