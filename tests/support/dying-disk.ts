import * as fs from "node:fs";
import type { Disk } from "../../src/files/durable.ts";

/** The file system of a process that dies at its nth operation: from then on operations do nothing. */
export function dyingAt(n: number): { readonly files: Disk; uses(): number } {
  let uses = 0;
  const files = Object.entries(fs).map(([name, use]) => {
    if (typeof use !== "function") return [name, use];
    const dying = (...args: unknown[]) => {
      uses++;
      if (uses >= n) throw new Error("killed");
      return (use as (...all: unknown[]) => unknown)(...args);
    };
    return [name, dying];
  });
  return { files: Object.fromEntries(files) as Disk, uses: () => uses };
}
