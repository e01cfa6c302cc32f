import { truncateSync, writeFileSync } from "node:fs";

/** A file of a terabyte of nothing. */
export function endless(path: string): void {
  writeFileSync(path, "");
  truncateSync(path, 2 ** 40);
}

/** A pipe, at which whoever opens it waits for ever. */
export function fifo(path: string): void {
  if (!Bun.spawnSync(["mkfifo", path]).success) throw new Error("no mkfifo");
}
