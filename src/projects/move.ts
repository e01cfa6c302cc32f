import { statSync } from "node:fs";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository, type Repository } from "../files/git.ts";
import type { Connection } from "../store/connection.ts";
import { type SessionPaths, sessionPaths, setPaths } from "../store/sessions.ts";
import type { View } from "../store/store.ts";
import { typedFolder } from "./filter.ts";
import { folderName, realFolder } from "./folders.ts";
import { isIn, membersOf } from "./members.ts";
import { Projects } from "./projects.ts";

/** The result of a move. */
export interface Moved {
  readonly sessions: number;
  readonly from: string;
  readonly to: string;
}

/** The folder that was typed, which must exist. */
function newFolder(ctx: Pick<Context, "cwd">, typed: string): string {
  const isName = typed !== "" && !typed.includes("/");
  const folder = realFolder(typedFolder(ctx, isName ? `./${typed}` : typed) ?? typed);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new UserError("usage", `no such folder: ${folder}`, "move the project's folder first");
}

/** The former folder of a project. */
async function oldFolder(ctx: Pick<Context, "cwd">, db: Connection, typed: string) {
  const path = typedFolder(ctx, typed);
  if (path !== null) return realFolder(path);
  const members = await membersOf(db, new Projects(db));
  const folders = new Set(members.map((one) => one.oldFolder));
  const [found, ...others] = [...folders].filter((folder) => folderName(folder) === typed);
  if (found === undefined) throw notFound(typed);
  if (others.length === 0) return found;
  throw new UserError(
    "project_ambiguous",
    `several projects are called ${typed}: ${[found, ...others].join(", ")}`,
    "name one by its folder",
  );
}

function notFound(project: string): UserError {
  return new UserError(
    "project_not_found",
    `no session ran in ${project}`,
    "`mm stats --by project` shows the projects",
  );
}

interface Move {
  readonly from: string;
  readonly to: string;
  /** The repository that the new folder is in. */
  readonly target: Repository;
}

function isTop({ target, to }: Move): boolean {
  return target.project !== null && target.root === to;
}

/** Returns a function that changes the paths of a session. It looks up each path once. */
function mover(projects: Projects, move: Move): (paths: SessionPaths) => SessionPaths {
  const { from, to, target } = move;
  const known = new Map<string, string>();
  const moved = (path: string): string => {
    const real = realFolder(path);
    // The new folder may be inside the old one. What is already there stays.
    if (!isIn(real, from) || isIn(real, to)) return path;
    return real === from ? to : `${to === "/" ? "" : to}${real.slice(from.length)}`;
  };
  const remembered = (path: string | null): string | null => {
    if (path === null) return null;
    const result = known.get(path) ?? moved(path);
    known.set(path, result);
    return result;
  };
  return ({ project, folder, root, cwd }) => {
    const isWhole = project !== null && isTop(move) && projects.folderThen(project) === from;
    return {
      project: isWhole ? target.project : remembered(project),
      folder: isWhole ? target.folder : remembered(folder),
      root: remembered(root),
      cwd: remembered(cwd),
    };
  };
}

/**
 * Changes the stored paths of a moved project's sessions, and of the sessions in folders below it.
 * @param old the former folder, or the project's name
 * @throws UserError `usage` if the new folder doesn't exist, `project_not_found`, `project_ambiguous`
 */
export async function moveProject(
  ctx: Pick<Context, "cwd" | "store">,
  old: string,
  typedNew: string,
  dryRun: boolean,
): Promise<Moved> {
  const to = newFolder(ctx, typedNew);
  const store = await ctx.store();
  // Without a database there is nothing to move, so don't create one.
  if (!(await store.exists())) throw notFound(old);
  const target = await findRepository(to);
  const work = async ({ db }: View): Promise<Moved> => {
    const from = await oldFolder(ctx, db, old);
    if (from === to) throw new UserError("usage", `both are the same folder: ${to}`);
    const change = mover(new Projects(db), { from, to, target });
    let sessions = 0;
    for (const { id, ...paths } of sessionPaths(db)) {
      const changed = change(paths);
      if (Bun.deepEquals(changed, paths)) continue;
      if (!dryRun) setPaths(db, id, changed);
      sessions++;
    }
    if (sessions === 0) throw notFound(old);
    return { sessions, from, to };
  };
  const moved = dryRun ? await store.read(work) : await store.write(work);
  if (moved === undefined) throw notFound(old);
  return moved;
}
