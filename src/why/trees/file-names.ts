import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { realFolder } from "../../projects/folders.ts";
import { isInProject, type ProjectFilter } from "../../projects/sql.ts";
import type { Connection } from "../../store/connection.ts";
import { linked } from "./linked.ts";
import { projectsAt } from "./sql.ts";

/** Where a file's repository is. */
export interface TreePlace {
  /** The sessions of the project, of all its working trees and wherever it was before. */
  readonly project: ProjectFilter;
  /** The tops of the working trees around sessions' folders, where those aren't tops themselves. */
  readonly tops: ReadonlyMap<string, string>;
  /** The tops of all working trees that are there. */
  readonly trees: ReadonlySet<string>;
}

/** Where a session worked. */
interface Worker {
  readonly project: string | null;
  readonly root: string | null;
  readonly cwd: string | null;
}

/** Whether a folder that is gone lies where people and agents put the working trees of a repository. */
function isNear(folder: string, top: string): boolean {
  const above = dirname(folder);
  if (above === dirname(top)) return true;
  return /worktree/iu.test(above) && folder.includes(basename(top));
}

/** Tells which paths mean one file, in any working tree of its project. */
export class FileNames {
  readonly #db: Connection;
  readonly #place: TreePlace;
  readonly #names: readonly string[];
  /** Whether folders that are gone were working trees. */
  readonly #gone = new Map<string, boolean>();

  /** @param names what the file was called, below the top of any working tree */
  constructor(db: Connection, place: TreePlace, names: readonly string[]) {
    this.#db = db;
    this.#place = place;
    this.#names = names;
  }

  /** Whether a session's tool means the file. */
  has(session: Worker, typed: string): boolean {
    const { root, cwd } = session;
    const path = linked(resolve(cwd ?? root ?? "/", typed));
    const isOwn = isInProject(this.#place.project, session);
    const top = !isOwn || root === null ? null : (this.#place.tops.get(root) ?? root);
    const isBelow = top !== null && path.startsWith(`${top}/`);
    if (isBelow && this.#names.includes(path.slice(top.length + 1))) return true;
    return this.#names.some((name) => {
      if (!path.endsWith(`/${name}`)) return false;
      const folder = realFolder(path.slice(0, -name.length - 1));
      return this.#place.trees.has(folder) || (isOwn && this.#wasTree(folder));
    });
  }

  #wasTree(folder: string): boolean {
    const known = this.#gone.get(folder);
    if (known !== undefined) return known;
    const was = !existsSync(folder) && this.#hadSessions(folder);
    this.#gone.set(folder, was);
    return was;
  }

  /** By the sessions that ran in it or, where none did, by where it was. */
  #hadSessions(folder: string): boolean {
    const { project, trees } = this.#place;
    const found = projectsAt(this.#db, folder);
    if (found.length === 0) return [...trees].some((top) => isNear(folder, top));
    return found.some((each) => each !== null && project.projects.includes(each));
  }
}
