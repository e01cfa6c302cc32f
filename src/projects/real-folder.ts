import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** An absolute path as the system itself has it, also where nothing is any more; other text as it is. */
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
