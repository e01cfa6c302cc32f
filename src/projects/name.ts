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
