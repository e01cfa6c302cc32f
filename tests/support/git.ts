import { mkdirSync } from "node:fs";

const IDENTITY = ["-c", "user.name=n", "-c", "user.email=e@example.com"];

function run(cwd: string, more: Readonly<Record<string, string>>, words: readonly string[]): void {
  const own = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", HOME: "/nonexistent" };
  const env = { ...own, ...more };
  const local = ["-c", "protocol.file.allow=always"];
  const { success, stderr } = Bun.spawnSync(["git", ...IDENTITY, ...local, ...words], { cwd, env });
  if (!success) throw new Error(stderr.toString());
}

/** Runs git in a folder, with nothing of the user's own settings. */
export function git(cwd: string, ...words: string[]): void {
  run(cwd, {}, words);
}

/** Commits all that is in a folder, at a time of its own. */
export function commitAt(cwd: string, time: Date, message: string): void {
  const at = time.toISOString();
  git(cwd, "add", "-A");
  const dates = { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
  run(cwd, dates, ["commit", "-q", "-m", message]);
}

/** A repository with a commit for each message; that of another one has another content. */
export function makeRepository(folder: string, ...messages: string[]): void {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main");
  for (const message of messages.length === 0 ? [`first in ${folder}`] : messages) {
    git(folder, "commit", "-q", "--allow-empty", "-m", message);
  }
}
