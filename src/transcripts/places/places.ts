import * as fs from "node:fs";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { findWorkplace } from "../../files/git.ts";
import { readGuarded } from "../../files/guard.ts";
import { remoteKey } from "../../projects/identity.ts";
import { isIn } from "../../projects/members.ts";
import type { Env } from "../../settings/environment.ts";
import {
  knownTrees,
  type RepositoryRow,
  setPlace,
  type Unplaced,
  unplacedSessions,
} from "../../store/history/places.ts";
import type { Store } from "../../store/store.ts";

/** More than a path and a line end have. */
const MAX_GITDIR_BYTES = 16_384;

function treeOf(file: string): string[] {
  try {
    const bytes = readGuarded(fs, file, MAX_GITDIR_BYTES, "followed");
    return [dirname(new TextDecoder().decode(bytes).trim())];
  } catch {
    // It is gone, or none of git's.
    return [];
  }
}

/** The working trees of a repository that git still lists, also those whose folders are gone. */
function listedTrees(project: string): string[] {
  const folder = `${project}/worktrees`;
  try {
    return fs.readdirSync(folder).flatMap((name) => treeOf(`${folder}/${name}/gitdir`));
  } catch {
    return [];
  }
}

/** What is known of repositories, to tell which one a folder belonged to. */
class KnownTrees {
  readonly #trees: RepositoryRow[];

  constructor(rows: readonly RepositoryRow[]) {
    const repositories = new Map(rows.map((row) => [row.project, row]));
    const listed = [...repositories.values()].flatMap((row) =>
      listedTrees(row.project ?? "").map((root) => ({ ...row, root })),
    );
    this.#trees = [...rows, ...listed];
  }

  /** The innermost known tree around a folder. */
  around(cwd: string): RepositoryRow | null {
    const around = this.#trees.filter(({ root }) => root !== null && isIn(cwd, root));
    const [first] = around.toSorted((a, b) => (b.root?.length ?? 0) - (a.root?.length ?? 0));
    return first ?? null;
  }

  /** The only repository with this remote. Where its tree was isn't known. */
  withRemote(address: string): RepositoryRow | null {
    const key = remoteKey(address);
    const same = this.#trees.filter(({ remote }) => remote !== null && remoteKey(remote) === key);
    const [first, ...others] = same;
    if (key === null || first === undefined) return null;
    return others.every(({ project }) => project === first.project)
      ? { ...first, root: null }
      : null;
  }
}

/** By git's own files. Of a folder that is gone, the one around it tells, unless that is everybody's. */
async function onDisk(
  { cwd, remote }: Unplaced,
  home: string | undefined,
): Promise<RepositoryRow | null> {
  const found = await findWorkplace(cwd);
  if (found.project === null) return null;
  if (!existsSync(cwd)) {
    const isOther = remote !== null && remoteKey(remote) !== remoteKey(found.remote ?? "");
    if (isOther || found.root === home) return null;
  }
  const { project, folder, root, firstCommit: first_commit } = found;
  return { project, folder, first_commit, remote: found.remote, root };
}

/** By the folder from which its working tree was made, where the transcript tells that. */
async function byOrigin(
  one: Unplaced,
  known: KnownTrees,
  home: string | undefined,
): Promise<RepositoryRow | null> {
  if (one.root === one.cwd) return null;
  return known.around(one.root) ?? (await onDisk({ ...one, cwd: one.root }, home));
}

async function placeOf(one: Unplaced, known: KnownTrees, env: Env): Promise<RepositoryRow | null> {
  const home = env.HOME || env.USERPROFILE;
  if (existsSync(one.cwd)) return await onDisk(one, home);
  const place = known.around(one.cwd) ?? (await byOrigin(one, known, home));
  if (place !== null) return place;
  const same = one.remote === null ? null : known.withRemote(one.remote);
  return same ?? (await onDisk(one, home));
}

/**
 * Finds the repositories of sessions of which only transcripts tell, also of those whose working tree has been deleted.
 * After a pass, when everything is stored that may tell, so that the order of the transcripts doesn't matter.
 */
export async function settlePlaces(store: Store, env: Env): Promise<void> {
  for (;;) {
    const unplaced = await store.withWriter(unplacedSessions);
    if (unplaced.length === 0) return;
    const known = new KnownTrees(await store.withWriter(knownTrees));
    let isChanged = false;
    for (const one of unplaced) {
      const place = await placeOf(one, known, env);
      if (place === null) continue;
      await store.write(({ db }) => setPlace(db, one.ids, place));
      isChanged = true;
    }
    // What has been placed may tell of what hasn't.
    if (!isChanged) return;
  }
}
