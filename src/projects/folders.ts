import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fit } from "../cli/fit.ts";
import { folderByPath } from "../files/git-folder.ts";

function parts(folder: string): string[] {
  const named = folder.length > "/.git".length ? folder.replace(/\.git$/u, "") : folder;
  return named.split("/").filter((part) => part !== "");
}

/** A project's name: the last part of its folder's path, without the `.git` of a bare repository. */
export function folderName(folder: string): string {
  return parts(folder).at(-1) ?? folder;
}

/** A project's name from what one session stores. `Projects` knows more: other sessions, and the disk. */
export function projectName(
  project: string | null,
  folder: string | null,
  root: string | null,
): string | null {
  const known = project === null ? root : (folder ?? folderByPath(project) ?? project);
  return known === null || known === "" ? null : folderName(known);
}

/** Whether a path ends with these parts: `/home/me/work/app` ends with `work/app`. */
export function endsWith(folder: string, names: string): boolean {
  const wanted = parts(names);
  return parts(folder).slice(-wanted.length).join("/") === wanted.join("/");
}

/** A name for each folder. Folders with the same name get the shortest part of their path that differs. */
export function distinctNames(folders: Iterable<string>): Map<string, string> {
  const alike = Map.groupBy(new Set(folders), folderName);
  const names = [...alike].flatMap(([, same]) =>
    same.map((folder) => {
      const all = parts(folder);
      const lengths = all.map((_, index) => all.slice(-index - 1).join("/"));
      const others = same.filter((other) => other !== folder);
      const unlike = lengths.find((name) => !others.some((other) => endsWith(other, name)));
      return [folder, unlike ?? folder] as const;
    }),
  );
  return new Map(names);
}

/** A distinct name in `cells` terminal cells if its last part, which people know, fits: `work.exam…/app`. */
export function shortFolder(name: string, cells: number): string {
  const at = name.lastIndexOf("/");
  if (at < 1 || Bun.stringWidth(name) <= cells) return name;
  const last = name.slice(at);
  const room = cells - Bun.stringWidth(last);
  return room < 2 ? last.slice(1) : fit(name.slice(0, at), room) + last;
}

/** What a folder is called: by its last part alone, and where others of these have the same, told apart from them. */
export interface FolderName {
  readonly name: string;
  readonly distinct: string;
}

/** The names of folders, in their order; null for null. */
export function folderNames(folders: readonly (string | null)[]): (FolderName | null)[] {
  const names = distinctNames(folders.filter((folder) => folder !== null));
  return folders.map((folder) => {
    if (folder === null) return null;
    return { name: folderName(folder), distinct: names.get(folder) ?? folder };
  });
}

function realPathOrNull(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

/** Resolves all links and dots of an absolute path, even if nothing is there any more. Other text stays as it is. */
export function realFolder(path: string): string {
  if (!path.startsWith("/")) return path;
  // To ask first is cheaper than an error.
  const real = existsSync(path) ? realPathOrNull(path) : null;
  if (real !== null) return real;
  const folded = resolve(path);
  const above = dirname(folded);
  return above === folded ? folded : join(realFolder(above), basename(folded));
}
