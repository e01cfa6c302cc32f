import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Context } from "../../context.ts";
import { findRepository } from "../../files/git.ts";
import { folderByPath } from "../../files/git-folder.ts";
import { readSmallFile } from "../../files/small-file.ts";
import { isIn } from "../../projects/members.ts";
import {
  type ProjectFilter,
  storedFolder,
  storedProjects,
  storedRoots,
} from "../../projects/sql.ts";
import { entries } from "../../transcripts/find.ts";

type Needs = Pick<Context, "store">;

/** The folders of sessions that know no repository, as those from transcripts, with the top of the tree around each. */
export async function topsIn(ctx: Needs, repository: string): Promise<Map<string, string>> {
  const store = await ctx.store();
  const roots = (await store.read(({ db }) => storedRoots(db))) ?? [];
  const tops = new Map<string, string>();
  for (const folder of roots.filter((root) => existsSync(root))) {
    const { project, root } = await findRepository(folder);
    if (project === repository && root !== null) tops.set(folder, root);
  }
  return tops;
}

/** The tops of the working trees that git has added to a repository. */
export async function linkedTrees(project: string): Promise<string[]> {
  const folder = `${project}/worktrees`;
  const names = entries(folder).map(({ name }) => name);
  const files = await Promise.all(names.map((name) => readSmallFile(`${folder}/${name}/gitdir`)));
  return files.flatMap((file, at) =>
    file.kind === "text" ? [dirname(resolve(folder, names[at] ?? "", file.text.trim()))] : [],
  );
}

/** The git folders of the repositories in whose working trees a folder lies. */
async function repositoriesAbove(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (let above = dirname(folder); ; ) {
    const { project, root } = await findRepository(above);
    if (project === null || root === null) return found;
    found.push(project);
    if (root === "/") return found;
    above = dirname(root);
  }
}

/**
 * Where else sessions may have changed the files of a working tree: in repositories and plain folders around it, and in
 * repositories inside it.
 */
export async function neighboursOf(
  ctx: Needs,
  top: string,
  { projects, roots }: ProjectFilter,
): Promise<ProjectFilter> {
  const store = await ctx.store();
  const stored = await store.read(({ db }) => {
    const folderOf = (project: string) => folderByPath(project) ?? storedFolder(db, project);
    const inside = (project: string) => isIn(folderOf(project) ?? "", top);
    return {
      inside: storedProjects(db).filter(inside),
      around: storedRoots(db).filter((root) => isIn(top, root)),
    };
  });
  if (stored === undefined) return { projects: [], roots: [] };
  const found = [...(await repositoriesAbove(top)), ...stored.inside];
  return {
    projects: found.filter((project) => !projects.includes(project)),
    roots: stored.around.filter((root) => !roots.includes(root)),
  };
}
