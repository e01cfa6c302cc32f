import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository, type Repository } from "../files/git.ts";
import type { Connection } from "../store/connection.ts";
import { endsWith, folderName, realFolder } from "./folders.ts";
import { isIn, type Member, membersOf } from "./members.ts";
import { Projects } from "./projects.ts";
import { type ProjectFilter, storedTrees } from "./sql.ts";

const NONE: ProjectFilter = { projects: [], roots: [] };

/**
 * The absolute path for a typed path, or null for a name. `.`, `..` and any text with a slash is a path.
 * @throws UserError `usage` for an empty text, or if the working directory is needed and has been deleted
 */
export function typedFolder(ctx: Pick<Context, "cwd">, typed: string): string | null {
  if (typed === "") throw new UserError("usage", "the project is empty", "`.` is the current one");
  if (typed.startsWith("/")) return typed;
  if (typed !== "." && typed !== ".." && !typed.includes("/")) return null;
  try {
    return `${ctx.cwd()}/${typed}`;
  } catch {
    const hint = "go to another one, or give the whole path";
    throw new UserError("usage", "the working directory has been deleted", hint);
  }
}

/** Selects the whole projects of the members that match. */
function filterFor(members: readonly Member[], isMeant: (one: Member) => boolean): ProjectFilter {
  const folders = new Set(members.filter(isMeant).map(({ folder }) => folder));
  const meant = members.filter(({ folder }) => folders.has(folder));
  return {
    projects: meant.map(({ project }) => project).filter((project) => project !== null),
    roots: meant.map(({ root }) => root).filter((root) => root !== null),
  };
}

function withAncestors(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...withAncestors(above)];
}

/** The innermost working tree that contained a folder which no longer exists, with its project's folder. */
function formerTree(db: Connection, members: readonly Member[], folder: string, typed: string) {
  const tops = members.map((one) => ({ top: one.oldFolder, folder: one.folder, root: one.root }));
  // A folder outside any repository is a project of its own, without the folders in it.
  const around = tops.filter(
    ({ root, top }) => top === folder || (root === null && isIn(folder, top)),
  );
  const exact = around.find(({ top }) => top === folder);
  if (exact !== undefined) return exact;
  const paths = new Set([...withAncestors(folder), ...withAncestors(resolve(typed))]);
  const trees = storedTrees(db, [...paths]).flatMap(({ project, root }) => {
    const member = members.find((one) => one.project === project);
    return member === undefined ? [] : [{ top: realFolder(root), folder: member.folder }];
  });
  return [...trees, ...around].sort((a, b) => b.top.length - a.top.length)[0];
}

/** What `--project` is about: what was typed as a path, and the folder that it means. */
interface Asked {
  readonly path: string;
  readonly folder: string;
  readonly here: Repository;
}

/** The folder of the project that a folder belongs to, or belonged to before it was deleted; by default itself. */
async function projectFolder(
  db: Connection,
  projects: Projects,
  members: readonly Member[],
  { path, folder, here }: Asked,
): Promise<string> {
  const now = here.project === null ? null : await projects.folderOf(here.project, here.root);
  if (existsSync(folder)) return now ?? folder;
  const then = formerTree(db, members, folder, path);
  const nowLength = now === null ? 0 : (here.root?.length ?? 0);
  return then !== undefined && then.top.length > nowLength ? then.folder : (now ?? folder);
}

async function byPath(db: Connection, typed: string, path: string): Promise<ProjectFilter> {
  const folder = realFolder(path);
  const here = await findRepository(folder);
  const projects = new Projects(db, here);
  const members = await membersOf(db, projects);
  const meant = await projectFolder(db, projects, members, { path, folder, here });
  const found = filterFor(members, (one) => one.folder === meant);
  const isNamed = found.projects.length + found.roots.length === 0 && !existsSync(folder);
  // This is how `stats` tells projects with the same name apart.
  return isNamed && !typed.startsWith("/")
    ? filterFor(members, (one) => endsWith(one.folder, typed) || endsWith(one.oldFolder, typed))
    : found;
}

async function byName(db: Connection, name: string): Promise<ProjectFilter> {
  const members = await membersOf(db, new Projects(db));
  return filterFor(members, ({ folder, oldFolder }) =>
    [folder, oldFolder].some((one) => folderName(one) === name),
  );
}

/**
 * Finds the sessions that `--project` selects. It takes a folder of the project, spelled in any way, even a deleted
 * one, or the project's name.
 * @throws UserError `usage` for an empty text, or if the working directory is needed and has been deleted
 */
export async function findProject(
  ctx: Pick<Context, "cwd" | "store">,
  typed: string,
): Promise<ProjectFilter> {
  const path = typedFolder(ctx, typed);
  const store = await ctx.store();
  const found = await store.read(({ db }) =>
    path === null ? byName(db, typed) : byPath(db, typed, path),
  );
  return found ?? NONE;
}
