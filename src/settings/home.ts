import { UserError } from "../errors.ts";
import { readSmallFile } from "../files/small-file.ts";
import type { Env } from "./environment.ts";

/** Where things are. */
export interface Config {
  /** Folder of the state file and, unless told otherwise, of the database. */
  readonly home: string;
  /** Whether `MM_HOME` names it. */
  readonly isHomeNamed: boolean;
  readonly databasePath: string;
}

function isAbsolute(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]|^\\\\/u.test(path);
}

/** Where programs are looked for; Windows spells it in its own way. */
export interface SearchPath {
  readonly PATH?: string | undefined;
  readonly Path?: string | undefined;
}

const separatorOf = (path: string) => (/(?:^|;)[A-Za-z]:[\\/]/u.test(path) ? ";" : ":");

/** The folders of PATH, but for those that count from the working directory: whose files these are, nobody knows. */
export function programFolders({ PATH, Path }: SearchPath): string[] {
  const path = PATH ?? Path ?? "";
  return path.split(separatorOf(path)).filter(isAbsolute);
}

/** An environment with these folders alone on PATH; were it empty, a shell would take it for the working directory. */
export function withoutHere<Given extends SearchPath>(env: Given): Given {
  const path = env.PATH ?? env.Path;
  if (path === undefined) return env;
  const name = env.PATH === undefined ? "Path" : "PATH";
  return { ...env, [name]: programFolders(env).join(separatorOf(path)) || "/usr/bin:/bin" };
}

function userHome(env: Env): string | undefined {
  return env["HOME"] || env["USERPROFILE"];
}

function expandTilde(path: string, env: Env): string {
  return path === "~" || path.startsWith("~/") ? `${userHome(env) ?? "~"}${path.slice(1)}` : path;
}

export function isHomeNamed(env: Env): boolean {
  return env["MM_HOME"] !== undefined;
}

/**
 * `$MM_HOME`, else `.memtomem` in the user's home.
 * @throws UserError `invalid_home`
 */
export function homeFolder(env: Env): string {
  const own = env["MM_HOME"];
  if (own !== undefined) {
    if (isAbsolute(own)) return own;
    throw new UserError(
      "invalid_home",
      own === "" ? "MM_HOME is empty" : `MM_HOME is not an absolute path: ${own}`,
      "set it to an absolute path, or unset it to use ~/.memtomem",
    );
  }
  const home = userHome(env);
  if (home !== undefined && isAbsolute(home)) return `${home}/.memtomem`;
  throw new UserError(
    "invalid_home",
    home === undefined || home === "" ? "HOME is not set" : `HOME is not an absolute path: ${home}`,
    "set MM_HOME to the folder in which mm keeps its files",
  );
}

/** `$MM_DB`: the database alone, in a folder that exists. */
function ownDatabasePath(env: Env): string | null {
  const path = env["MM_DB"];
  if (path === undefined) return null;
  if (isAbsolute(path)) return path;
  throw new UserError(
    "invalid_database_path",
    path === "" ? "MM_DB is empty" : `MM_DB is not an absolute path: ${path}`,
    "set it to an absolute path, or unset it",
  );
}

function sqlitePathIn(config: unknown): unknown {
  const storage = (config as { storage?: unknown } | null)?.storage;
  return (storage as { sqlite_path?: unknown } | null | undefined)?.sqlite_path;
}

/** `storage.sqlite_path` of one of memtomem's files; a file that can't be used gives a warning and null. */
async function databasePathIn(
  file: string,
  warn: (message: string) => void,
): Promise<string | null> {
  const read = await readSmallFile(file);
  if (read.kind === "absent") return null;
  let problem = read.kind === "unusable" ? read.problem : "";
  if (read.kind === "text") {
    try {
      const path = sqlitePathIn(JSON.parse(read.text));
      if (typeof path === "string" && /^[^\0]+$/u.test(path)) return path;
      if (path === undefined) return null;
      problem = "storage.sqlite_path is no path";
    } catch {
      problem = "not valid JSON";
    }
  }
  warn(`ignored ${file}: ${problem}`);
  return null;
}

/** The last file by name of `config.d` that names a database. */
async function databasePathInFolder(
  folder: string,
  warn: (message: string) => void,
): Promise<string | null> {
  // A folder has a size, a missing one has none: this saves loading node:fs.
  if (Bun.file(folder).size === 0) return null;
  const { readdirSync } = await import("node:fs");
  let names: string[] = [];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  } catch {
    warn(`ignored ${folder}: not a readable folder`);
  }
  let found: string | null = null;
  for (const name of names.sort()) {
    found = (await databasePathIn(`${folder}/${name}`, warn)) ?? found;
  }
  return found;
}

async function memtomemDatabasePath(
  env: Env,
  home: string,
  warn: (message: string) => void,
): Promise<string | null> {
  return (
    env["MEMTOMEM_STORAGE__SQLITE_PATH"] ||
    (await databasePathIn(`${home}/config.json`, warn)) ||
    (await databasePathInFolder(`${home}/config.d`, warn))
  );
}

async function databasePathOf(
  env: Env,
  home: string,
  warn: (message: string) => void,
): Promise<string> {
  const configured = await memtomemDatabasePath(env, home, warn);
  if (configured === null) return `${home}/memtomem.db`;
  const expanded = expandTilde(configured, env);
  return isAbsolute(expanded) ? expanded : `${home}/${expanded}`;
}

/**
 * Finds the home and the database, reading memtomem's configuration but never writing it.
 * @throws UserError `invalid_home`, `invalid_database_path`
 */
export async function loadConfig(env: Env, warn: (message: string) => void): Promise<Config> {
  const home = homeFolder(env);
  const databasePath = ownDatabasePath(env) ?? (await databasePathOf(env, home, warn));
  return { home, isHomeNamed: isHomeNamed(env), databasePath };
}
