/** Which sessions `--project` means; paths are absolute and without a slash at their end. */
export type ProjectFilter =
  /** Those of one repository, in whichever working tree: the path of its git folder. */
  | { readonly kind: "repository"; readonly path: string }
  /** Those that ran in a folder that belongs to no repository. */
  | { readonly kind: "folder"; readonly path: string }
  /** Those of any project that is shown by this name. */
  | { readonly kind: "name"; readonly name: string };

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** What a project is called for people: the name of its repository's folder, else of the folder that it ran in. */
export function projectName(project: string | null, root: string | null): string | null {
  const path = project?.replace(/\/\.git$/u, "").replace(/\.git$/u, "") || root;
  return path === null || path === "" ? null : lastPart(path);
}
