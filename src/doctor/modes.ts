import * as fs from "node:fs";
import { chmodSync, readdirSync } from "node:fs";
import { statOf } from "../files/guard.ts";

/** A file or folder that others than its owner may use. */
export interface OpenFile {
  readonly path: string;
  readonly mode: number;
  readonly isFolder: boolean;
  readonly owner: number;
}

const OTHERS = 0o077;

function look(path: string): OpenFile[] {
  const stat = statOf(fs, path, "refused");
  if (stat === undefined || stat.isSymbolicLink() || (stat.mode & OTHERS) === 0) return [];
  return [{ path, mode: stat.mode & 0o777, isFolder: stat.isDirectory(), owner: stat.uid }];
}

/** The home, what `mm` keeps in it, and the database, as far as others may use them. */
export function openFiles(home: string, databasePath: string): OpenFile[] {
  const inside = (folder: string, names: readonly string[]) =>
    names.map((name) => `${folder}/${name}`);
  const all = (folder: string) => {
    try {
      return [folder, ...inside(folder, readdirSync(folder))];
    } catch {
      return [];
    }
  };
  const own = inside(home, [".current_session", "mm.json"]);
  const folders = ["spool", "logs", "hooks"].flatMap((name) => all(`${home}/${name}`));
  const database = ["", "-wal", "-shm", ".mm-search"].map((end) => `${databasePath}${end}`);
  return [home, ...own, ...folders, ...database].flatMap(look);
}

/** Takes from everybody but the owner what a file or folder lets them do. */
export function closeFile({ path, mode }: OpenFile): void {
  chmodSync(path, mode & ~OTHERS);
}
