import { appendFileSync } from "node:fs";

/** Adds a line to a file of somebody else's, in one write. */
export function appendLine(path: string, line: string): void {
  appendFileSync(path, `${line}\n`);
}
