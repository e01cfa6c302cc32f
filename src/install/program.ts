import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import type { Context } from "../context.ts";
import { BARE_PROGRAM } from "../edit/hook-command.ts";
import type { Places, Scope } from "../edit/places.ts";
import { UserError } from "../errors.ts";
import { isSameFile, isWindowsPath, realPath } from "../files/paths.ts";
import type { Env } from "../settings/environment.ts";
import { findOnPath } from "../settings/programs.ts";
import { quoteForPosix } from "../text/shell-words.ts";

/**
 * The home that the hooks' commands name: the one of `MM_HOME`, unless that is the default. The settings of a project
 * are everybody's and name none.
 */
export function homeForHooks({ env, home, userHome }: Places, scope: Scope): string | null {
  const isNamed = scope === "user" && env["MM_HOME"] !== undefined;
  return isNamed && home !== `${userHome}/.memtomem` ? home : null;
}

/**
 * A warning where the environment says where things are recorded, which agents have to be told, too; but for what the
 * hooks' commands say.
 */
export function neededByAgents({ env }: Places, scope: Scope): string[] {
  const variables = ["MM_HOME", "MM_DB", "MEMTOMEM_STORAGE__SQLITE_PATH"] as const;
  return variables
    .filter((name) => name !== "MM_HOME" || scope === "project")
    .filter((name) => env[name])
    .map(
      (name) =>
        `${name} is set here, and an agent that starts without it records elsewhere: export it in your shell's profile, or unset it and install again`,
    );
}

/** The program that the hooks are to call, and what is to be said about it. */
export interface Program {
  readonly program: string;
  readonly warnings: readonly string[];
}

/** Where an installed program does not stay; the rest of the sentence says why. */
const VANISHING: readonly (readonly [RegExp, string])[] = [
  [/^(\/private)?(\/var)?\/tmp\/|^\/run\/|^\/dev\/shm\//u, "in a temporary folder"],
  [/[/\\]_npx[/\\]|[/\\]bunx-|[/\\]\.cache[/\\]/u, "in a cache"],
  [/^\/nix\/store\//u, "in the Nix store, where an upgrade moves it"],
  [/[/\\]Cellar[/\\]/u, "in a folder of one version"],
];

/**
 * Whether a program on PATH is the npm package's script that starts this very binary. It links into
 * node_modules, or on Windows stands beside it.
 */
function isOwnShim(onPath: string, executable: string): boolean {
  const script = realPath(onPath);
  const root = /^.*?[/\\]node_modules[/\\]/u.exec(script)?.[0];
  const folder = script.replace(/[^/\\]+$/u, "node_modules");
  const rest = executable.startsWith(folder) ? executable[folder.length] : undefined;
  return rest === "/" || rest === "\\" || (root !== undefined && executable.startsWith(root));
}

function isNamedLikeUs(path: string): boolean {
  return /(^|[/\\])mm(\.exe)?$/u.test(path);
}

/** Whether a program found on PATH is the one that runs, or starts it. */
export function isOwnProgram(onPath: string, executable: string): boolean {
  return isSameFile(onPath, executable) || isOwnShim(onPath, executable);
}

/** Whether a hook leaves it to PATH to find this program. */
export function isFoundByPath(program: string): boolean {
  return program === BARE_PROGRAM;
}

function foldersOnPath(env: Env): string[] {
  const path = env["PATH"] ?? env["Path"] ?? "";
  return path.split(isWindowsPath(path) ? ";" : ":").filter((folder) => folder.startsWith("/"));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return !existsSync(`${folder}/mm`);
  } catch {
    return false;
  }
}

/** The line after which PATH finds this program first, in the shell that runs it. */
export function putFirstOnPath({ executable }: Pick<Context, "executable">): string {
  if (!isNamedLikeUs(executable) || isWindowsPath(executable)) {
    return `put a folder with a link named mm to ${executable} first on PATH`;
  }
  return `export PATH=${quoteForPosix(dirname(executable))}:"$PATH"`;
}

/** The line after which there is an `mm` on PATH. */
export function putOnPath(ctx: Pick<Context, "env" | "executable">): string {
  const folder = foldersOnPath(ctx.env).find(isWritable);
  if (folder === undefined) return putFirstOnPath(ctx);
  return `ln -s ${quoteForPosix(ctx.executable)} ${quoteForPosix(`${folder}/mm`)}`;
}

function strangers(ctx: Pick<Context, "env" | "executable">): string[] {
  const first = findOnPath(ctx.env, "mm")[0];
  if (first === undefined || isOwnProgram(first, ctx.executable)) return [];
  return [`the mm that PATH finds first is another program: ${first}`];
}

/**
 * The path by which the hooks find this program: the one on PATH, which an upgrade keeps, not what it links
 * to; where PATH has none or only a script that starts it, its own. A project's settings get the bare name.
 * @throws UserError `program_path`
 */
export function findProgram(ctx: Pick<Context, "env" | "executable">, scope: Scope): Program {
  const warnings = strangers(ctx);
  if (scope === "project") {
    const missing = findOnPath(ctx.env, "mm").length === 0;
    const note = "there is no mm on PATH, where a project's hooks look for it";
    return { program: BARE_PROGRAM, warnings: missing ? [note] : warnings };
  }
  const onPath = findOnPath(ctx.env, "mm").find((path) => isSameFile(path, ctx.executable));
  const program = onPath ?? ctx.executable;
  if (!isNamedLikeUs(program)) {
    throw new UserError(
      "program_path",
      `the hooks can't call ${program}: its name is not mm`,
      "install it as mm, or put a link of that name on PATH",
    );
  }
  const why = VANISHING.find(([pattern]) => pattern.test(program))?.[1];
  const vanishes = why === undefined ? [] : [`${program} may vanish: it is ${why}`];
  return { program, warnings: [...warnings, ...vanishes] };
}
