const IN_A_FOLDER = /^(.*)\/\.(?:git|bare)$/u;
const MODULE = /^(.+?)(?:\/\.git|\/\.bare|\.git)\/modules\/(.+)$/u;

/** Whether a git folder is a submodule's. Git keeps it inside the git folder of the outer repository. */
export function isModule(gitFolder: string): boolean {
  return gitFolder.includes("/modules/") && MODULE.test(gitFolder);
}

/**
 * The folder by which people know a repository, from the path of its git folder: the main working tree, or the bare
 * repository itself. Null if the path doesn't tell.
 */
export function folderByPath(gitFolder: string): string | null {
  const inFolder = IN_A_FOLDER.exec(gitFolder)?.[1];
  if (inFolder !== undefined) return inFolder || "/";
  const [, above, name] = MODULE.exec(gitFolder) ?? [];
  if (above !== undefined && name !== undefined) {
    return `${above}/${name.split("/modules/").join("/")}`;
  }
  return gitFolder.endsWith(".git") ? gitFolder : null;
}
