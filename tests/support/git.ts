import { mkdirSync } from "node:fs";

const IDENTITY = ["-c", "user.name=n", "-c", "user.email=e@example.com"];

/** Runs git in a folder, with nothing of the user's own settings. */
export function git(cwd: string, ...words: string[]): void {
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", HOME: "/nonexistent" };
  const local = ["-c", "protocol.file.allow=always"];
  const { success, stderr } = Bun.spawnSync(["git", ...IDENTITY, ...local, ...words], { cwd, env });
  if (!success) throw new Error(stderr.toString());
}

/** A repository with a commit for each message; that of another one has another content. */
export function makeRepository(folder: string, ...messages: string[]): void {
  mkdirSync(folder, { recursive: true });
  git(folder, "init", "-q", "-b", "main");
  for (const message of messages.length === 0 ? [`first in ${folder}`] : messages) {
    git(folder, "commit", "-q", "--allow-empty", "-m", message);
  }
}
