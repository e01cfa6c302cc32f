import { existsSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository } from "../files/git.ts";
import { folderByPath } from "../files/git-folder.ts";
import { findProject } from "../projects/filter.ts";
import { realFolder } from "../projects/folders.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { findOnPath } from "../settings/programs.ts";
import { Git } from "./git.ts";
import { linkedTrees, neighboursOf, topsIn } from "./trees/around.ts";
import type { TreePlace } from "./trees/file-names.ts";
import { linked, statAt } from "./trees/linked.ts";

/** Where git refuses, fails or takes too long, without its full stop. */
export const CANT_TELL =
  "git can't tell the commits of this repository, which may belong to another user, or took more than 10 seconds";

export type WhyNeeds = Pick<Context, "capture" | "cwd" | "env" | "now" | "store" | "warnings">;

/** Where a file lies, and who can tell of it. */
export interface FilePlace extends TreePlace {
  /** Null where there is no git, or no repository around the file. */
  readonly git: Git | null;
  /** Why there is no git. */
  readonly withoutGit: string | null;
  /** The top of the working tree, or the file's folder. */
  readonly root: string;
  /** The file below the top, as git knows it. */
  readonly path: string;
  readonly isShallow: boolean;
  /** Other places where sessions may have changed its files. */
  readonly neighbours: ProjectFilter;
}

export async function filePlaceOf(ctx: WhyNeeds, path: string): Promise<FilePlace> {
  const folder = dirname(path);
  const { project, root, folder: main } = await findRepository(folder);
  const isInside = project !== null && root !== null;
  const hasGit = findOnPath(ctx.env, "git").length > 0;
  const top = isInside ? root : folder;
  const tops = isInside ? await topsIn(ctx, project) : new Map<string, string>();
  const { projects, roots } = await findProject(ctx, folder);
  const trees = isInside
    ? [main ?? folderByPath(project) ?? root, ...(await linkedTrees(project))]
    : [];
  const own = { projects, roots: [...new Set([...roots, ...tops.keys()])] };
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
    project: own,
    neighbours: isInside ? await neighboursOf(ctx, root, own) : { projects: [], roots: [] },
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

/** What is asked about. */
export interface AskedFile {
  /** Absolute; its folder is without links. */
  readonly path: string;
  /** From 1; null for the whole file. */
  readonly line: number | null;
}

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
