import { redact } from "../text/redact.ts";
import { readSmallFile } from "./small-file.ts";

/** Where an agent works: the repository, so that all its worktrees are one project, and the tree. */
export interface Repository {
  /** The repository's common folder or, outside any, null. */
  readonly project: string | null;
  /** Address of its remote, without credentials. */
  readonly remote: string | null;
  /** Top folder of the working tree. */
  readonly root: string | null;
  readonly branch: string | null;
}

const MAX_DEPTH = 64;

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

/** The git folder of a working tree whose top is `root`, or null where that is none. */
async function gitFolder(root: string): Promise<string | null> {
  const git = `${root === "/" ? "" : root}/.git`;
  if (Bun.file(`${git}/HEAD`).size > 0) return git;
  // A worktree or submodule has a file there that names its folder.
  const pointer = Bun.file(git).size > 0 ? await lineOf(git) : null;
  return pointer?.startsWith("gitdir:") ? join(root, pointer.slice("gitdir:".length).trim()) : null;
}

/** A remote's address without user name and password. */
function withoutCredentials(url: string): string {
  return redact(url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/iu, "$1"));
}

async function remoteOf(common: string): Promise<string | null> {
  const config = await lineOf(`${common}/config`);
  const section = /\[remote "origin"\][^[]*/u.exec(config ?? "")?.[0] ?? "";
  const url = /^\s*url\s*=\s*(\S+)\s*$/mu.exec(section)?.[1];
  return url === undefined ? null : withoutCredentials(url);
}

async function readRepository(root: string, git: string): Promise<Repository> {
  const head = await lineOf(`${git}/HEAD`);
  const commonPath = await lineOf(`${git}/commondir`);
  const common = commonPath === null ? git : join(git, commonPath);
  const branch = head?.startsWith("ref: refs/heads/")
    ? head.slice("ref: refs/heads/".length)
    : null;
  return {
    project: common,
    remote: await remoteOf(common),
    root,
    branch: branch === null ? null : redact(branch),
  };
}

/** Which repository, tree and branch a folder belongs to, by reading git's own files; no git is started. */
export async function findRepository(cwd: string | null): Promise<Repository> {
  let folder = cwd?.startsWith("/") ? join("/", cwd) : null;
  for (let depth = 0; folder !== null && depth < MAX_DEPTH; depth++) {
    const git = await gitFolder(folder);
    if (git !== null) return await readRepository(folder, git);
    folder = parentOf(folder);
  }
  return { project: null, remote: null, root: cwd, branch: null };
}
