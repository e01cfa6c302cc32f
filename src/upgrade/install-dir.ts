import { isWindowsPath, realPath } from "../files/paths.ts";
import type { Env } from "../settings/environment.ts";
import { hasControls } from "../text/text.ts";

/**
 * The folder in MM_INSTALL_DIR, if this copy of `mm` is in it; else null.
 * @param executable its absolute path with all links resolved
 */
export function installDir(env: Env, executable: string): string | null {
  const told = env["MM_INSTALL_DIR"] ?? "";
  const isWindows = isWindowsPath(told);
  // The install script takes absolute paths only, and a command with control characters can't be shown.
  if (!(told.startsWith("/") || isWindows) || hasControls(told)) return null;
  const folder = told.replace(isWindows ? /[\\/]+$/u : /\/+$/u, "");
  const program = realPath(isWindows ? `${folder}\\mm.exe` : `${folder}/mm`);
  const isIt = isWindows
    ? program.toLowerCase() === executable.toLowerCase()
    : program === executable;
  return isIt ? folder || "/" : null;
}
