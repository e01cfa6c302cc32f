import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { loadConfig } from "../config.ts";
import type { Context, Env } from "../context.ts";
import { UserError } from "../errors.ts";

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

/** The folder that a variable names, else one in the user's home. */
export function folderOf(places: Places, variable: string, fallback: string): string {
  return places.env[variable] || `${places.userHome}/${fallback}`;
}
