import { existsSync } from "node:fs";
import { type Repository, readIdentity } from "../files/git.ts";
import { folderByPath } from "../files/git-folder.ts";
import { realFolder } from "../files/paths.ts";
import type { Connection } from "../store/connection.ts";
import { holdsCommit } from "./git-objects.ts";
import { type Identity, type Likeness, likeness } from "./identity.ts";
import { folderName } from "./name.ts";
import { storedFolder, storedIdentity, storedProjects } from "./sql.ts";

function isThere(project: string): boolean {
  return existsSync(`${project}/HEAD`);
}

/**
 * The projects of all sessions that are stored. A project is a folder, however its path is spelled; one that was
 * moved is where its repository is now.
 */
export class Projects {
  readonly #db: Connection;
  readonly #here: Repository | null;
  #stored: string[] | null = null;
  readonly #folders = new Map<string, Promise<string>>();
  readonly #identities = new Map<string, ReturnType<typeof readIdentity>>();

  /** @param here a repository that counts, too, though no session may have run in it yet */
  constructor(db: Connection, here: Repository | null = null) {
    this.#db = db;
    this.#here = here;
  }

  /** The git folders of the repositories in which sessions ran. */
  repositories(): readonly string[] {
    this.#stored ??= storedProjects(this.#db);
    return this.#stored;
  }

  /** The folder of the project of a session that ran there; null for one that ran nowhere. */
  async folderOf(project: string | null, root: string | null): Promise<string | null> {
    if (project === null) return root === null || root === "" ? null : realFolder(root);
    const known = this.#folders.get(project) ?? this.#find(project);
    this.#folders.set(project, known);
    return await known;
  }

  /** What people call it. */
  async nameOf(project: string | null, root: string | null): Promise<string | null> {
    const folder = await this.folderOf(project, root);
    return folder === null ? null : folderName(folder);
  }

  /** The folder that a repository had where its sessions ran, whether or not it was moved since. */
  folderThen(project: string): string {
    const here = this.#here?.project === project ? this.#here.folder : null;
    // Only where the path of a git folder leaves it open, git's files were asked.
    const told = project.endsWith("/.git") ? null : (here ?? storedFolder(this.#db, project));
    return realFolder(told ?? folderByPath(project) ?? project);
  }

  /** The git folders that the repository here had before it was moved. */
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

  /** Where the repository is that was there; null where none or more than one may be it. */
  async #movedTo(project: string): Promise<string | null> {
    const gone = this.#identityThen(project);
    if (gone.remotes.length + gone.firstCommits.length === 0) return null;
    const alike: Record<Likeness, string[]> = { "same clone": [], "same history": [], none: [] };
    for (const other of this.#present()) {
      const holds = (commit: string) => holdsCommit(other, commit);
      alike[likeness(gone, await this.#identityNow(other), holds)].push(other);
    }
    const { "same clone": clones, "same history": relatives } = alike;
    const [found = null, another] = clones.length > 0 ? clones : relatives;
    return another === undefined ? found : null;
  }

  #present(): string[] {
    const here = this.#here?.project ?? null;
    const all = new Set([...this.repositories(), ...(here === null ? [] : [here])]);
    return [...all].filter(isThere);
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
