/** A change of one file, as an agent's tool was told to make it. */
export interface FileEdit {
  /** As the agent wrote it; null for a command of a shell, which may change any. */
  readonly file: string | null;
  /** The lines that it replaced; null if it wrote the whole file. */
  readonly old: readonly string[] | null;
  readonly now: readonly string[];
}

const FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/u;
const MOVED = /^\*\*\* Move to: (.+)$/u;

interface Section {
  readonly kind: string;
  readonly files: string[];
  /** Its hunks: lines with their sign. */
  readonly hunks: string[][];
}

function sectionsOf(patch: string): Section[] {
  const sections: Section[] = [];
  for (const line of patch.split("\n")) {
    const [, kind, file] = FILE.exec(line) ?? [];
    const [, moved] = MOVED.exec(line) ?? [];
    const section = sections.at(-1);
    if (kind !== undefined && file !== undefined)
      sections.push({ kind, files: [file.trim()], hunks: [[]] });
    else if (moved !== undefined) section?.files.push(moved.trim());
    else if (line.startsWith("@@")) section?.hunks.push([]);
    else if (/^[ +-]/u.test(line) || line === "") section?.hunks.at(-1)?.push(line || " ");
  }
  return sections;
}

const of = (hunk: readonly string[], signs: string) =>
  hunk.filter(([sign = " "]) => signs.includes(sign)).map((line) => line.slice(1));

/** The edits of a patch in the form of Codex's apply_patch. */
export function editsOfPatch(patch: string): FileEdit[] {
  return sectionsOf(patch).flatMap(({ kind, files, hunks }) =>
    files.flatMap((file): FileEdit[] => {
      if (kind === "Delete") return [{ file, old: null, now: [] }];
      if (kind === "Add") return [{ file, old: null, now: of(hunks.flat(), "+") }];
      return hunks
        .filter((hunk) => hunk.length > 0)
        .map((hunk) => ({ file, old: of(hunk, " -"), now: of(hunk, " +") }));
    }),
  );
}

const BLOCK = /<{5,9} ?SEARCH\n([\s\S]*?)\n?={5,9}\n([\s\S]*?)\n?>{5,9} ?REPLACE/gu;

/** The edits of a text with blocks of SEARCH and REPLACE, as Cline writes it. */
export function editsOfBlocks(file: string, text: string): FileEdit[] {
  return [...text.matchAll(BLOCK)].map(([, old = "", now = ""]) => ({
    file,
    old: old.split("\n"),
    now: now.split("\n"),
  }));
}
