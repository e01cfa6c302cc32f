import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import type { Env, Variable } from "../settings/environment.ts";
import { loadConfig } from "../settings/home.ts";
import type { Writer } from "./write.ts";

/** Whose settings: the user's, for every project, or one project's, for everybody who works on it. */
export type Scope = "user" | "project";

export const SCOPES = ["user", "project"] as const satisfies readonly Scope[];

/** Where settings are looked for. */
export interface Places {
  readonly env: Env;
  /** The user's own folder. */
  readonly userHome: string;
  /** The home of `mm`. */
  readonly home: string;
  /** The root of the repository that the working directory is in, or that directory. */
  readonly project: string;
}

/** What edits of settings need of the world. */
export interface EditContext extends Writer {
  readonly places: Places;
}

function projectRoot(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(`${folder}/.git`)) return folder;
    if (folder === dirname(folder)) return cwd;
  }
}

/** @throws UserError `invalid_home` */
export async function findPlaces(ctx: Pick<Context, "env" | "cwd">): Promise<Places> {
  const { env } = ctx;
  const { home } = await loadConfig(env, () => {});
  const userHome = env["HOME"] || env["USERPROFILE"] || "";
  if (userHome === "") {
    throw new UserError("invalid_home", "HOME is not set", "the agents' settings are found by it");
  }
  return { env, userHome, home, project: projectRoot(ctx.cwd()) };
}

/**
 * The context of a command with what edits need.
 * @throws UserError `invalid_home`
 */
export async function toEditContext<
  C extends Pick<Context, "env" | "cwd" | "disk" | "now" | "newId">,
>(ctx: C): Promise<C & EditContext> {
  return { ...ctx, files: await ctx.disk(), places: await findPlaces(ctx) };
}

/** The folder that a variable names, else one in the user's home. */
export function folderOf(places: Places, variable: Variable, fallback: string): string {
  return places.env[variable] || `${places.userHome}/${fallback}`;
}

const MAX_LINKS = 40;

/** Where a path leads through symbolic links, even if nothing is there yet. */
function ledTo(path: string, links = 0): string {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return `${ledTo(dirname(path), links)}/${basename(path)}`;
  if (!stat.isSymbolicLink() || existsSync(path) || links === MAX_LINKS) return realpathSync(path);
  return ledTo(resolve(dirname(path), readlinkSync(path)), links + 1);
}

/**
 * A repository may contain links that lead out of it, for instance to the user's own settings.
 * @throws UserError `settings_unreadable` if the file isn't in the project
 */
export function requireInProject(places: Places, path: string): void {
  const real = ledTo(path);
  if (real.startsWith(`${realpathSync(places.project)}/`)) return;
  throw new UserError(
    "settings_unreadable",
    `${path} leads out of the project, to ${real}`,
    "remove the link, or install with --scope user; nothing was changed",
  );
}
