import { folderByPath } from "../files/git-folder.ts";

function parts(folder: string): string[] {
  const named = folder.length > "/.git".length ? folder.replace(/\.git$/u, "") : folder;
  return named.split("/").filter((part) => part !== "");
}

/** What a project is called: the name of its folder, without the `.git` of a bare repository. */
export function folderName(folder: string): string {
  return parts(folder).at(-1) ?? folder;
}

/** What a session's project is called by what is stored of it alone; see `Projects` for what is known beside. */
export function projectName(
  project: string | null,
  folder: string | null,
  root: string | null,
): string | null {
  const known = project === null ? root : (folder ?? folderByPath(project) ?? project);
  return known === null || known === "" ? null : folderName(known);
}

/** Whether a folder ends with these names, as `work/app` does for `/home/me/work/app`. */
export function endsWith(folder: string, names: string): boolean {
  const wanted = parts(names);
  return parts(folder).slice(-wanted.length).join("/") === wanted.join("/");
}

/** A name for each folder: its own or, where others have the same, as much of its path as tells it from them. */
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
