import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";

const MAX_LOG_BYTES = 1_000_000;

/** Adds a line to the log of what went wrong in hooks, the only place where they speak of themselves. */
export function logHookProblem(home: string, at: Date, message: string): void {
  const folder = `${home}/logs`;
  const path = `${folder}/hook.log`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) {
    renameSync(path, `${path}.1`);
  }
  appendFileSync(path, `${at.toISOString()} ${message.replace(/\s+/gu, " ")}\n`, { mode: 0o600 });
}
