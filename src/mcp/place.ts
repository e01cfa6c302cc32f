import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Context } from "../context.ts";
import { findWorkplace, type Workplace } from "../files/git.ts";
import type { ReadStore, ReadStores } from "../machines/model.ts";
import { findProject } from "../projects/filter.ts";
import { realFolder } from "../projects/folders.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { Declined } from "./explain.ts";
import { inQuotes } from "./fence.ts";

/** What a server was started with. */
export interface Served {
  /** The folder of the project that is meant, where the working directory isn't in it. */
  readonly project: string | undefined;
  /** Whether no other project is answered for. */
  readonly thisProject: boolean;
  readonly readOnly: boolean;
}

type Needs = Pick<Context, "cwd" | "env" | "store">;

/** Which sessions are searched: those of a project, or all. */
export interface Searched {
  /** Undefined for all projects. */
  readonly filter: ProjectFilter | undefined;
  /** Whether it is the asker's own project. */
  readonly isHere: boolean;
}

function workingDirectory({ cwd }: Pick<Context, "cwd">): string | undefined {
  try {
    return cwd();
  } catch {
    // It has been deleted.
    return undefined;
  }
}

/** A path that counts from the working directory. */
function absolute(ctx: Pick<Context, "cwd">, folder: string | undefined): string | undefined {
  if (!folder || folder.startsWith("/")) return folder;
  const cwd = workingDirectory(ctx);
  return cwd === undefined ? undefined : `${cwd}/${folder}`;
}

/** Where a folder belongs to; null where that is no project, as the home folder or the root are none. */
async function workplaceAt(ctx: Needs, folder: string | undefined): Promise<Workplace | null> {
  if (!folder?.startsWith("/") || !existsSync(folder)) return null;
  const real = realFolder(folder);
  const found = await findWorkplace(real);
  if (found.project !== null) return found;
  const home = ctx.env.HOME || ctx.env.USERPROFILE || "/";
  return found.root === null || real === "/" || real === realFolder(home) ? null : found;
}

function folderOf(root: string): string | undefined {
  try {
    return fileURLToPath(root);
  } catch {
    return undefined;
  }
}

/**
 * Where the asker works, by what it was told, its variables and its working directory; its roots are asked for where
 * these say nothing. Null for nowhere.
 */
export async function workplaceOfAsker(
  ctx: Needs,
  { project }: Served,
  roots: () => Promise<readonly string[]>,
): Promise<Workplace | null> {
  const told = absolute(ctx, project);
  // What Qwen calls a project's folder is its own folder for it.
  for (const folder of [told, ctx.env.CLAUDE_PROJECT_DIR, workingDirectory(ctx)]) {
    const found = await workplaceAt(ctx, folder);
    if (found !== null) return found;
  }
  const [first] = await roots();
  return first === undefined ? null : await workplaceAt(ctx, folderOf(first));
}

function isEmpty({ projects, roots }: ProjectFilter): boolean {
  return projects.length + roots.length === 0;
}

/** The asker's own project, with all its worktrees. @throws Declined where there is none */
export async function scopeHere(ctx: Needs, here: Workplace | null): Promise<Searched> {
  const folder = here?.root ?? null;
  if (folder === null) {
    throw new Declined(
      "no project here",
      'project:"<name or folder>", or project:"*" for all of them',
    );
  }
  return { filter: await findProject(ctx, folder), isHere: true };
}

/**
 * A project by its folder or name. `work/app` is a folder below the working directory if there is one, else a name
 * that tells two folders apart.
 */
async function findNamed(ctx: Needs, project: string): Promise<ProjectFilter> {
  const isPath = /^\.{0,2}\//u.test(project) || existsSync(absolute(ctx, project) ?? "");
  return await findProject(isPath ? ctx : { ...ctx, cwd: () => "/" }, project);
}

/** The sessions that `project` means: by default those of this project. @throws Declined */
async function scopeOf(
  ctx: Needs,
  { thisProject }: Served,
  here: Workplace | null,
  project: string | undefined,
): Promise<Searched> {
  if (project === undefined || project === ".") return await scopeHere(ctx, here);
  if (thisProject) {
    const own = await scopeHere(ctx, here);
    const asked = project === "*" ? undefined : await findProject(ctx, project);
    if (Bun.deepEquals(asked, own.filter)) return own;
    throw new Declined("this server answers for its own project alone", "leave project out");
  }
  if (project === "*") return { filter: undefined, isHere: false };
  const filter = await findNamed(ctx, project);
  if (isEmpty(filter)) {
    throw new Declined(
      `no session of a project ${inQuotes(project, 100)} is recorded`,
      'project:"*" searches all of them',
    );
  }
  return { filter, isHere: false };
}

/** The stores that are searched, and what of each. */
export interface Scoped {
  readonly stores: ReadStores;
  /** Whether it is the asker's own project. */
  readonly isHere: boolean;
  /** Whether to say how much other projects have. */
  readonly tellsOfOthers: boolean;
  /** The sessions that are searched of a store, by its context; undefined for all. */
  readonly filters: ReadonlyMap<Context, ProjectFilter | undefined>;
}

/** The same in several stores; one that doesn't know the project is left out. @throws Declined where none knows it */
export async function scopesOf(
  stores: ReadStores,
  served: Served,
  here: Workplace | null,
  project: string | undefined,
): Promise<Scoped> {
  const [first, ...others] = stores;
  const found: (Searched & { readonly from: ReadStore })[] = [];
  let refused: Declined | null = null;
  for (const from of [first, ...others]) {
    try {
      found.push({ from, ...(await scopeOf(from.ctx, served, here, project)) });
    } catch (error) {
      if (!(error instanceof Declined)) throw error;
      refused ??= error;
    }
  }
  const [known, ...more] = found;
  if (known === undefined) throw refused;
  return {
    stores: [known.from, ...more.map(({ from }) => from)],
    isHere: known.isHere,
    tellsOfOthers: known.isHere && !served.thisProject,
    filters: new Map(found.map(({ from, filter }) => [from.ctx, filter])),
  };
}
