import { existsSync } from "node:fs";
import { type Repository, readIdentity } from "../files/git.ts";
import { folderByPath } from "../files/git-folder.ts";
import type { Connection } from "../store/connection.ts";
import { folderName, realFolder } from "./folders.ts";
import { holdsCommit } from "./git-objects.ts";
import { type Identity, type Likeness, likeness } from "./identity.ts";
import { storedFolder, storedIdentity, storedProjects } from "./sql.ts";

function isThere(project: string): boolean {
  return existsSync(`${project}/HEAD`);
}

/**
 * The projects of the stored sessions. A project is a folder, however its path is spelled. If its repository has
 * moved, it is the new folder.
 */
export class Projects {
  readonly #db: Connection;
  readonly #here: Repository | null;
  #stored: string[] | null = null;
  #present: string[] | null = null;
  readonly #folders = new Map<string, Promise<string>>();
  readonly #foldersThen = new Map<string, string>();
  readonly #identities = new Map<string, ReturnType<typeof readIdentity>>();

  /** @param here a repository to consider in addition, even if no session has run in it yet */
  constructor(db: Connection, here: Repository | null = null) {
    this.#db = db;
    this.#here = here;
  }

  /** The git folders of the repositories in which sessions ran. */
  repositories(): readonly string[] {
    this.#stored ??= storedProjects(this.#db);
    return this.#stored;
  }

  /** The folder of a session's project; null for a session without one. */
  async folderOf(project: string | null, root: string | null): Promise<string | null> {
    if (project === null) return root === null || root === "" ? null : realFolder(root);
    const known = this.#folders.get(project) ?? this.#find(project);
    this.#folders.set(project, known);
    return await known;
  }

  /** The name of a session's project; null for a session without one. */
  async nameOf(project: string | null, root: string | null): Promise<string | null> {
    const folder = await this.folderOf(project, root);
    return folder === null ? null : folderName(folder);
  }

  /** The folder that a repository had when its sessions ran, even if it has moved since. */
  folderThen(project: string): string {
    const known = this.#foldersThen.get(project) ?? this.#lookUp(project);
    this.#foldersThen.set(project, known);
    return known;
  }

  #lookUp(project: string): string {
    const here = this.#here?.project === project ? this.#here.folder : null;
    // A folder is stored only if the path of the git folder doesn't tell it.
    const isPlain = project.endsWith("/.git");
    const told = isPlain
      ? null
      : (here ?? storedFolder(this.#db, project) ?? this.#linkTo(project));
    return realFolder(told ?? folderByPath(project) ?? project);
  }

  /** The folder of a working tree whose `.git` is a link to this git folder, which its worktrees name; else null. */
  #linkTo(project: string): string | null {
    const links = this.repositories().filter((one) => one.endsWith("/.git"));
    const link = links.find((one) => realFolder(one) === project);
    return link === undefined ? null : folderByPath(link);
  }

  /** The former git folders of the repository `here`. */
  async formerOnes(): Promise<string[]> {
    const here = this.#here?.project ?? null;
    if (here === null) return [];
    const now = await this.#identityNow(here);
    const isAlike = (other: string) =>
      likeness(this.#identityThen(other), now, (commit) => holdsCommit(here, commit)) !== "none";
    const gone = this.repositories().filter((one) => one !== here && !isThere(one) && isAlike(one));
    const folder = await this.folderOf(here, null);
    const folders = await Promise.all(gone.map((one) => this.folderOf(one, null)));
    return gone.filter((_, index) => folders[index] === folder);
  }

  async #find(project: string): Promise<string> {
    const now = isThere(project) ? project : await this.#movedTo(project);
    return this.folderThen(now ?? project);
  }

  /** Where a repository that has gone is now. Null if no existing repository matches, or more than one. */
  async #movedTo(project: string): Promise<string | null> {
    if (this.#existing().length === 0) return null;
    const gone = this.#identityThen(project);
    const alike: Record<Likeness, string[]> = { "same clone": [], "same history": [], none: [] };
    for (const other of this.#existing()) {
      const holds = (commit: string) => holdsCommit(other, commit);
      alike[likeness(gone, await this.#identityNow(other), holds)].push(other);
    }
    const { "same clone": clones, "same history": relatives } = alike;
    const [found = null, another] = clones.length > 0 ? clones : relatives;
    return another === undefined ? found : null;
  }

  /** The repositories that exist now. */
  #existing(): readonly string[] {
    if (this.#present !== null) return this.#present;
    const here = this.#here?.project ?? null;
    const all = new Set([...this.repositories(), ...(here === null ? [] : [here])]);
    this.#present = [...all].filter(isThere);
    return this.#present;
  }

  #identityThen(project: string): Identity {
    const known = storedIdentity(this.#db, project);
    const present = (values: (string | null)[]) => values.filter((value) => value !== null);
    return {
      remotes: present(known.map(({ remote }) => remote)),
      firstCommits: present(known.map(({ firstCommit }) => firstCommit)),
    };
  }

  async #identityNow(project: string): Promise<Identity> {
    const known = this.#identities.get(project) ?? readIdentity(project);
    this.#identities.set(project, known);
    const { remote, firstCommit } = await known;
    return {
      remotes: remote === null ? [] : [remote],
      firstCommits: firstCommit === null ? [] : [firstCommit],
    };
  }
}
