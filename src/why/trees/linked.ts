import { lstatSync, type Stats } from "node:fs";
import { realFolder } from "../../projects/folders.ts";

/** What is at a path; undefined where nothing is or can be. */
export function statAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Where a path leads if it is a link, as `CLAUDE.md` often is one to `AGENTS.md`. */
export function linked(path: string): string {
  return statAt(path)?.isSymbolicLink() === true ? realFolder(path) : path;
}
