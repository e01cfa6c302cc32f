const IN_A_FOLDER = /^(.*)\/\.(?:git|bare)$/u;
const MODULE = /^(.+?)(?:\/\.git|\/\.bare|\.git)\/modules\/(.+)$/u;

/** Whether a git folder is that of a submodule, which git keeps in that of the repository around it. */
export function isModule(gitFolder: string): boolean {
  return gitFolder.includes("/modules/") && MODULE.test(gitFolder);
}

/**
 * The folder by which people know a repository, as far as the path of its git folder tells: that of the main
 * working tree or, of a bare repository and a submodule, where one would be. Null where only git's files tell.
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
