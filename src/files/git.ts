import { redact } from "../text/redact.ts";
import { hasControls } from "../text/text.ts";
import { isModule } from "./git-folder.ts";
import { readBeginning, readSmallFile } from "./small-file.ts";

/** Where an agent works: the repository, so that all its worktrees are one project, and the tree. */
export interface Repository {
  /** The repository's common folder or, outside any, null. */
  readonly project: string | null;
  /** The folder by which people know the repository, if the path of its common folder doesn't tell. */
  readonly folder: string | null;
  /** Address of its remote, without credentials. */
  readonly remote: string | null;
  /** The first entry of its log: a commit, and the time in seconds since 1970, as `0a1b… 1700000000`. */
  readonly firstCommit: string | null;
  /** Top folder of the working tree. */
  readonly root: string | null;
  readonly branch: string | null;
}

/** No repository and no known folder. */
export const NOWHERE: Repository = {
  project: null,
  folder: null,
  remote: null,
  firstCommit: null,
  root: null,
  branch: null,
};

const MAX_DEPTH = 64;
/** The system takes no longer path, with some room for the names of git's own files. */
const MAX_PATH_BYTES = 4096 - 64;

function isUsable(path: string): boolean {
  return Buffer.byteLength(path) <= MAX_PATH_BYTES && !hasControls(path);
}

async function lineOf(path: string): Promise<string | null> {
  const file = await readSmallFile(path);
  return file.kind === "text" ? file.text.trim() : null;
}

function parentOf(folder: string): string | null {
  const end = folder.lastIndexOf("/");
  if (folder === "/" || end < 0) return null;
  return end === 0 ? "/" : folder.slice(0, end);
}

/** Joins and folds `..`, as in a worktree's `commondir`. */
function join(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function isThere(path: string): boolean {
  // A folder has a size, too.
  return Bun.file(path).size > 0;
}

/** The git folder that a `.git` file names; null without such a file. Worktrees and submodules have one. */
async function pointedTo(folder: string): Promise<string | null> {
  const file = `${folder === "/" ? "" : folder}/.git`;
  const pointer = isThere(file) ? await lineOf(file) : null;
  if (!pointer?.startsWith("gitdir:")) return null;
  const named = join(folder, pointer.slice("gitdir:".length).trim());
  // Git itself takes such a file for a broken repository.
  return isUsable(named) ? named : null;
}

/** Whether a folder is a bare repository. A `.git` folder belongs to the working tree around it. */
function isBare(folder: string): boolean {
  if (!isThere(`${folder}/HEAD`) || folder.endsWith("/.git")) return false;
  return isThere(`${folder}/objects`) && isThere(`${folder}/refs`);
}

/** The git folder of a working tree whose top is `root`, or `root` if it is a bare repository; else null. */
async function gitFolder(root: string): Promise<string | null> {
  const git = `${root === "/" ? "" : root}/.git`;
  if (isThere(`${git}/HEAD`)) return git;
  return (await pointedTo(root)) ?? (isBare(root) ? root : null);
}

const WORKTREE = /^(.+)\/worktrees\/[^/]+$/u;
const MODULE_OF_WORKTREE = /^(.+)(\/worktrees\/[^/]+)(\/modules\/.+)$/u;

/** Maps the git folder of a submodule in a linked worktree to the one in the main tree. */
function inMainTree(git: string): string {
  if (!git.includes("/worktrees/")) return git;
  const [, common = "", worktree = "", module = ""] = MODULE_OF_WORKTREE.exec(git) ?? [];
  return module !== "" && isThere(`${common}${worktree}/commondir`) ? common + module : git;
}

/** The folder that all worktrees of a repository share. */
async function commonFolder(git: string): Promise<string> {
  const path = await lineOf(`${git}/commondir`);
  if (path !== null) return inMainTree(isUsable(join(git, path)) ? join(git, path) : git);
  // The worktrees of a moved repository still name its old path.
  const moved = isThere(`${git}/HEAD`) ? undefined : WORKTREE.exec(git)?.[1];
  return moved ?? inMainTree(git);
}

/** The folder by which people know a repository, if its path doesn't tell, from git's files; null if they don't either. */
async function folderByFiles(common: string, root: string, git: string): Promise<string | null> {
  if (common.endsWith("/.git") || isModule(common)) return null;
  const parent = parentOf(common);
  if (parent !== null && (await pointedTo(parent)) === common) return parent;
  return git === common && git !== root ? root : null;
}

/** A remote's address without user name and password. */
function withoutCredentials(url: string): string {
  return redact(url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/iu, "$1"));
}

async function remoteOf(git: string): Promise<string | null> {
  const config = await lineOf(`${git}/config`);
  const section = /\[remote "origin"\][^[]*/u.exec(config ?? "")?.[0] ?? "";
  const url = /^\s*url\s*=\s*(\S+)\s*$/mu.exec(section)?.[1];
  return url === undefined ? null : withoutCredentials(url);
}

/** Longer than a log line of git's up to its message. */
const LOG_BYTES = 1024;

function isHash(text: string): boolean {
  return (text.length === 40 || text.length === 64) && /^[0-9a-f]+$/u.test(text);
}

/** The first entry of HEAD's log, which moves with the repository. Its form is `OLD NEW NAME <MAIL> SECONDS ZONE`. */
async function firstCommitOf(git: string): Promise<string | null> {
  const log = (await readBeginning(`${git}/logs/HEAD`, LOG_BYTES)) ?? "";
  const [, commit = ""] = log.split(" ", 2);
  const [, rest = ""] = log.split("> ", 2);
  const seconds = Number.parseInt(rest, 10);
  return isHash(commit) && seconds > 0 ? `${commit} ${seconds}` : null;
}

/** Reads what identifies a repository that has moved, from its common folder. */
export async function readIdentity(
  common: string,
): Promise<Pick<Repository, "remote" | "firstCommit">> {
  return { remote: await remoteOf(common), firstCommit: await firstCommitOf(common) };
}

async function readRepository(root: string, git: string): Promise<Repository> {
  const common = await commonFolder(git);
  // A submodule in a linked worktree has a git folder of its own. The main tree may not have one.
  const isShared = isThere(`${git}/commondir`);
  const head = await lineOf(`${git}/HEAD`);
  const branch = head?.startsWith("ref: refs/heads/")
    ? head.slice("ref: refs/heads/".length)
    : null;
  return {
    project: common,
    folder: await folderByFiles(common, root, git),
    remote: await remoteOf(isShared ? common : git),
    firstCommit: (await firstCommitOf(common)) ?? (isShared ? await firstCommitOf(git) : null),
    root,
    branch: branch === null ? null : redact(branch),
  };
}

/** Which repository, tree and branch a folder belongs to, by reading git's own files; no git is started. */
export async function findRepository(cwd: string | null): Promise<Repository> {
  // Nobody can be in a folder whose path is too long for the system.
  const tree = cwd?.startsWith("/") && isUsable(cwd) ? join("/", cwd) : null;
  let folder = tree;
  for (let depth = 0; folder !== null && depth < MAX_DEPTH; depth++) {
    const git = await gitFolder(folder);
    if (git !== null) return await readRepository(folder, git);
    folder = parentOf(folder);
  }
  return { ...NOWHERE, root: tree ?? cwd };
}

/** Where a program works. */
export interface Workplace extends Repository {
  readonly cwd: string | null;
}

/** The folder and repository of a program that runs in `cwd`, without secrets; nowhere for a path that can't be shown. */
export async function findWorkplace(cwd: string): Promise<Workplace> {
  if (hasControls(cwd)) return { ...NOWHERE, cwd: null };
  const found = await findRepository(cwd);
  const safe = (path: string | null) => (path === null ? null : redact(path));
  const { project, folder, root } = found;
  return {
    ...found,
    project: safe(project),
    folder: safe(folder),
    root: safe(root),
    cwd: safe(cwd),
  };
}
