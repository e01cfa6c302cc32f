import * as fs from "node:fs";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { findWorkplace } from "../../files/git.ts";
import { readGuarded } from "../../files/guard.ts";
import { holdsCommit } from "../../projects/git-objects.ts";
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

  /** The only repository with this remote. */
  withRemote(address: string): RepositoryRow | null {
    const key = remoteKey(address);
    if (key === null) return null;
    return onlyOne(this.#trees.filter(({ remote }) => remote && remoteKey(remote) === key));
  }

  /** The only repository that has this commit: of a fork's, nobody knows where it was. */
  withCommit(commit: string): RepositoryRow | null {
    const repositories = new Map(this.#trees.map((tree) => [tree.project, tree]));
    const holds = ({ project }: RepositoryRow) => holdsCommit(project ?? "", commit);
    return onlyOne([...repositories.values()].filter(holds));
  }
}

/** The only repository of some trees. Where its tree was isn't known. */
function onlyOne([first, ...others]: readonly RepositoryRow[]): RepositoryRow | null {
  if (first === undefined || others.some(({ project }) => project !== first.project)) return null;
  return { ...first, root: null };
}

/** The commit at which the session of an agent's transcript began, or null where that isn't known. */
export type CommitOf = (agent: string | null, transcript: string | null) => string | null;

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

async function placeOf(
  one: Unplaced,
  known: KnownTrees,
  env: Env,
  commitOf: CommitOf,
): Promise<RepositoryRow | null> {
  const home = env.HOME || env.USERPROFILE;
  const here = existsSync(one.cwd) ? await onDisk(one, home) : null;
  const place = here ?? known.around(one.cwd) ?? (await byOrigin(one, known, home));
  if (place !== null) return place;
  const same = one.remote === null ? null : known.withRemote(one.remote);
  const commit = one.remote === null ? commitOf(one.client, one.transcript) : null;
  const began = commit === null ? null : known.withCommit(commit);
  return same ?? began ?? (await onDisk(one, home));
}

/**
 * Finds the repositories of sessions of which only transcripts tell, also of those whose working tree has been deleted.
 * After a pass, when everything is stored that may tell, so that the order of the transcripts doesn't matter.
 */
export async function settlePlaces(store: Store, env: Env, commitOf: CommitOf): Promise<void> {
  for (;;) {
    const unplaced = await store.withWriter(unplacedSessions);
    if (unplaced.length === 0) return;
    const known = new KnownTrees(await store.withWriter(knownTrees));
    let isChanged = false;
    for (const one of unplaced) {
      const place = await placeOf(one, known, env, commitOf);
      if (place === null) continue;
      await store.write(({ db }) => setPlace(db, one.ids, place));
      isChanged = true;
    }
    // What has been placed may tell of what hasn't.
    if (!isChanged) return;
  }
}
