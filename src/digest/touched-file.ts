/** How often a tool acted on a file, counting events that name the file. */
export interface FileTool {
  readonly path: string;
  readonly tool: string;
  readonly failed: boolean;
  readonly count: number;
}

/** A file that a session touched. A failed call counts only as failed. */
export interface TouchedFile {
  readonly path: string;
  readonly changed: number;
  readonly read: number;
  /** Calls of tools whose effect isn't known. */
  readonly other: number;
  readonly failed: number;
}

const CHANGES = /edit|write|replace|patch|create|insert|delete|remove|move|rename/iu;
const READS = /read|view|open|cat\b|grep|search|glob|^ls$|list/iu;

/** What a tool's call did with a file. */
export type FileEffect = Exclude<keyof TouchedFile, "path">;

export function effectOf({ tool, failed }: Pick<FileTool, "tool" | "failed">): FileEffect {
  if (failed) return "failed";
  if (CHANGES.test(tool)) return "changed";
  return READS.test(tool) ? "read" : "other";
}

/** The touched files, most changed first, then most read. */
export function touchedFiles(calls: readonly FileTool[]): TouchedFile[] {
  const files = new Map<string, TouchedFile>();
  for (const call of calls) {
    const { path, count } = call;
    const file = files.get(path) ?? { path, changed: 0, read: 0, other: 0, failed: 0 };
    const effect = effectOf(call);
    files.set(path, { ...file, [effect]: file[effect] + count });
  }
  const order = (a: TouchedFile, b: TouchedFile) =>
    b.changed - a.changed || b.read + b.other - a.read - a.other || b.failed - a.failed;
  // The sort is stable, so ties stay in the order of the first touch.
  return [...files.values()].sort(order);
}
