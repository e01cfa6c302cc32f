import type { Context } from "../context.ts";
import { findRepository, NOWHERE, type Repository } from "../files/git.ts";
import { remoteKey } from "../projects/identity.ts";
import { Projects } from "../projects/projects.ts";
import { storedIdentity, storedProjects } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import type { Store } from "../store/store.ts";

/** The folders of clones by the host and path of their remote. */
type Clones = Map<string, string>;

const keyOf = (remote: string | null) => (remote === null ? null : remoteKey(remote));

async function repositoryHere(ctx: Pick<Context, "cwd">): Promise<Repository> {
  try {
    return await findRepository(ctx.cwd());
  } catch {
    // The working directory has been deleted.
    return NOWHERE;
  }
}

async function addStored(clones: Clones, db: Connection, wanted: ReadonlySet<string>) {
  const projects = new Projects(db);
  for (const project of projects.repositories()) {
    for (const { remote } of storedIdentity(db, project)) {
      const key = keyOf(remote);
      if (key === null || !wanted.has(key) || clones.has(key)) continue;
      clones.set(key, (await projects.folderOf(project, null)) ?? project);
    }
  }
}

/**
 * The folders on this machine of the projects in a replica, which are called by the host and path of their remote. Of
 * several clones, the one in the working directory is meant.
 */
export async function clonesHere(
  ctx: Pick<Context, "cwd">,
  store: Store,
  replica: Connection,
): Promise<Clones> {
  const wanted = new Set(storedProjects(replica));
  const clones: Clones = new Map();
  if (wanted.size === 0) return clones;
  await store.read(({ db }) => addStored(clones, db, wanted));
  const here = await repositoryHere(ctx);
  const key = keyOf(here.remote);
  if (key === null || !wanted.has(key)) return clones;
  const folder = await new Projects(replica, here).folderOf(here.project, here.root);
  if (folder !== null) clones.set(key, folder);
  return clones;
}
