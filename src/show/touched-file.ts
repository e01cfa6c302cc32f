/** How often tools have acted on a file, as far as events name it. */
export interface FileTool {
  readonly path: string;
  readonly tool: string;
  readonly failed: boolean;
  readonly count: number;
}

/** A file that a session touched; a call that failed counts as that alone. */
export interface TouchedFile {
  readonly path: string;
  readonly changed: number;
  readonly read: number;
  /** By tools of which it isn't known what they do. */
  readonly other: number;
  readonly failed: number;
}

const CHANGES = /edit|write|replace|patch|create|insert|delete|remove|move|rename/iu;
const READS = /read|view|open|cat\b|grep|search|glob|^ls$|list/iu;

function effectOf({ tool, failed }: FileTool): Exclude<keyof TouchedFile, "path"> {
  if (failed) return "failed";
  if (CHANGES.test(tool)) return "changed";
  return READS.test(tool) ? "read" : "other";
}

/** The files, those that were changed most first, then those that were read most. */
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
  // Sorting keeps the order in which they were first touched where all else is equal.
  return [...files.values()].sort(order);
}
