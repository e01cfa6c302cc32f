import { programFolders, type SearchPath } from "./home.ts";

/** Every program of this name on PATH, first found first; none in a folder that counts from the working directory. */
export function findOnPath(env: SearchPath, name: string): string[] {
  return programFolders(env).flatMap((folder) => Bun.which(name, { PATH: folder }) ?? []);
}

/** The program of some words: the first is its path, or its name on PATH; null where there is none. */
export function programOf([word = ""]: readonly string[], env: SearchPath): string | null {
  return /[/\\]/u.test(word) ? word : (findOnPath(env, word)[0] ?? null);
}
