import { existsSync, lstatSync, type Stats } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository } from "../files/git.ts";
import { folderByPath } from "../files/git-folder.ts";
import { readSmallFile } from "../files/small-file.ts";
import { findProject } from "../projects/filter.ts";
import { realFolder } from "../projects/folders.ts";
import { type ProjectFilter, storedRoots } from "../projects/sql.ts";
import { findOnPath } from "../settings/programs.ts";
import { entries } from "../transcripts/find.ts";
import { Git } from "./git.ts";
import type { WorkingSession } from "./sql.ts";

/** Where git refuses, fails or takes too long, without its full stop. */
export const CANT_TELL =
  "git can't tell the commits of this repository, which may belong to another user, or took more than 10 seconds";

export type WhyNeeds = Pick<Context, "capture" | "cwd" | "env" | "now" | "store" | "warnings">;

/** Where a file lies, and who can tell of it. */
export interface FilePlace {
  /** Null where there is no git, or no repository around the file. */
  readonly git: Git | null;
  /** Why there is no git. */
  readonly withoutGit: string | null;
  /** The top of the working tree, or the file's folder. */
  readonly root: string;
  /** The file below the top, as git knows it. */
  readonly path: string;
  readonly isShallow: boolean;
  /** The sessions of the project, of all its working trees and wherever it was before. */
  readonly project: ProjectFilter;
  /** The tops of the working trees around sessions' folders, where those aren't tops themselves. */
  readonly tops: ReadonlyMap<string, string>;
  /** The tops of all working trees that are there. */
  readonly trees: ReadonlySet<string>;
}

/** What a file was called, below the top of any working tree. */
export interface Named extends Pick<FilePlace, "tops" | "trees"> {
  readonly names: readonly string[];
}

/** The folders of sessions that know no repository, as those from transcripts, with the top of the tree around each. */
async function treesIn(ctx: WhyNeeds, repository: string): Promise<Map<string, string>> {
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
async function linkedTrees(project: string): Promise<string[]> {
  const folder = `${project}/worktrees`;
  const names = entries(folder).map(({ name }) => name);
  const files = await Promise.all(names.map((name) => readSmallFile(`${folder}/${name}/gitdir`)));
  return files.flatMap((file, at) =>
    file.kind === "text" ? [dirname(resolve(folder, names[at] ?? "", file.text.trim()))] : [],
  );
}

export async function filePlaceOf(ctx: WhyNeeds, path: string): Promise<FilePlace> {
  const folder = dirname(path);
  const { project, root, folder: main } = await findRepository(folder);
  const isInside = project !== null && root !== null;
  const hasGit = findOnPath(ctx.env, "git").length > 0;
  const top = isInside ? root : folder;
  const tops = isInside ? await treesIn(ctx, project) : new Map<string, string>();
  const { projects, roots } = await findProject(ctx, folder);
  const trees = isInside
    ? [main ?? folderByPath(project) ?? root, ...(await linkedTrees(project))]
    : [];
  return {
    git: isInside && hasGit ? new Git(ctx, root, project) : null,
    withoutGit: isInside
      ? hasGit
        ? null
        : "git isn't on PATH"
      : "the file is in no git repository",
    root: top,
    path: path.slice(top === "/" ? 1 : top.length + 1),
    isShallow: project !== null && existsSync(`${project}/shallow`),
    project: { projects, roots: [...new Set([...roots, ...tops.keys()])] },
    tops,
    trees: new Set([top, ...trees].map(realFolder)),
  };
}

/**
 * The commit that is named.
 * @throws UserError `usage` where there is none, or git can't tell
 */
export async function namedCommit(
  { git, withoutGit }: Pick<FilePlace, "git" | "withoutGit">,
  rev: string,
): Promise<{ readonly git: Git; readonly commit: string }> {
  if (git === null) throw new UserError("usage", withoutGit ?? "");
  const commit = await git.commit(rev);
  if (commit !== null) return { git, commit };
  throw new UserError(
    "usage",
    (await git.canTell()) ? `there is no commit ${rev} here` : CANT_TELL,
  );
}

/** Where a path leads if it is a link, as `CLAUDE.md` often is one to `AGENTS.md`. */
function linked(path: string): string {
  return isLink(path) ? realFolder(path) : path;
}

/** Whether a session's tool means one of these files, in any working tree of the project. */
export function isOneOf(
  { root, cwd }: Pick<WorkingSession, "root" | "cwd">,
  typed: string,
  { names, tops, trees }: Named,
): boolean {
  const path = linked(resolve(cwd ?? root ?? "/", typed));
  const top = root === null ? null : (tops.get(root) ?? root);
  if (top !== null && path.startsWith(`${top}/`)) return names.includes(path.slice(top.length + 1));
  return names.some(
    (name) => path.endsWith(`/${name}`) && mayBeTree(path.slice(0, -name.length - 1), trees),
  );
}

/** Whether a folder is a working tree or, if it is gone, may have been one. */
function mayBeTree(folder: string, trees: ReadonlySet<string>): boolean {
  return trees.has(realFolder(folder)) || !existsSync(folder);
}

/** What is asked about. */
export interface AskedFile {
  /** Absolute; its folder is without links. */
  readonly path: string;
  /** From 1; null for the whole file. */
  readonly line: number | null;
}

/** What is at a path; undefined where nothing is or can be. */
function statAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const isLink = (path: string) => statAt(path)?.isSymbolicLink() === true;

function absolute(ctx: Pick<Context, "cwd">, typed: string): string {
  let path = typed;
  try {
    if (!typed.startsWith("/")) path = resolve(ctx.cwd(), typed);
  } catch {
    throw new UserError(
      "usage",
      "the working directory has been deleted",
      "go to another one, or give the whole path",
    );
  }
  return `${realFolder(dirname(path)).replace(/\/$/u, "")}/${basename(path)}`;
}

/**
 * Reads FILE or FILE:LINE. A file whose name ends like `:12` is meant if it exists.
 * @throws UserError `usage`
 */
export function askedFile(ctx: Pick<Context, "cwd">, typed: string): AskedFile {
  if (typed === "") throw new UserError("usage", "the file is empty", "for example src/cart.ts:12");
  if (typed.includes("\0")) throw new UserError("usage", "no file has such a name");
  const whole = absolute(ctx, typed);
  const [, file, digits] = /^(.+):(\d+)$/su.exec(typed) ?? [];
  const isLine = file !== undefined && statAt(whole) === undefined;
  const path = linked(isLine ? absolute(ctx, file) : whole);
  if (statAt(path)?.isDirectory() === true)
    throw new UserError("usage", `${typed} is a folder`, "name a file in it");
  if (!isLine) return { path, line: null };
  const line = Number(digits);
  if (line < 1 || !Number.isSafeInteger(line))
    throw new UserError("usage", `there is no line ${digits}`, "lines count from 1");
  return { path, line };
}
