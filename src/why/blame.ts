import { diffArrays } from "diff";

/** The commit in which a line came to be. */
export interface Commit {
  readonly id: string;
  readonly author: string;
  readonly subject: string;
  /** When it was written and when it was committed, in milliseconds since 1970: a rebase changes only the latter. */
  readonly writtenAt: number;
  readonly committedAt: number;
}

export interface BlamedLine {
  readonly commit: Commit;
  /** What the file was called there, and just before. */
  readonly path: string;
  readonly pathBefore: string | null;
  /** The commit before it; null for the first one. */
  readonly parent: string | null;
  /** Whether what came before isn't in this clone. */
  readonly isBoundary: boolean;
  /** The line's number there, from 1. */
  readonly line: number;
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** A path as git prints it: in quotes, with escapes, if it has odd characters. */
export function unquoted(path: string): string {
  if (!path.startsWith('"') || !path.endsWith('"')) return path;
  const bytes: number[] = [];
  for (const [whole, octal, letter] of path.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|[^\\]+/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...Buffer.from(letter === undefined ? whole : (ESCAPES[letter] ?? letter)));
  }
  return Buffer.from(bytes).toString("utf8");
}

/** Reads what `git blame --porcelain` prints of one line; null if that is no blame. */
export function parseBlame(printed: string): BlamedLine | null {
  const [head = "", ...rest] = printed.split("\n");
  const [, id, line] = /^([0-9a-f]{40,64}) (\d+) \d+/u.exec(head) ?? [];
  if (id === undefined) return null;
  const facts = new Map<string, string>();
  for (const each of rest.slice(
    0,
    rest.findIndex((fact) => fact.startsWith("\t")),
  )) {
    const [name = ""] = each.split(" ", 1);
    facts.set(name, each.slice(name.length + 1));
  }
  const path = unquoted(facts.get("filename") ?? "");
  const previous = /^([0-9a-f]+) (.*)$/su.exec(facts.get("previous") ?? "");
  return {
    commit: {
      id,
      author: facts.get("author") ?? "",
      subject: facts.get("summary") ?? "",
      writtenAt: Number(facts.get("author-time") ?? 0) * 1000,
      committedAt: Number(facts.get("committer-time") ?? 0) * 1000,
    },
    path,
    pathBefore: previous?.[2] === undefined ? null : unquoted(previous[2]),
    parent: previous?.[1] ?? null,
    isBoundary: facts.has("boundary"),
    line: Number(line),
  };
}

export function textLines(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/\s+$/u, ""));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** So many differing lines are compared; in a text with more, all of them count as new. */
const MAX_DIFFERENCES = 2000;

/** How many lines both texts begin with, and how many they end with after that. */
function common(old: readonly string[], now: readonly string[]) {
  let [head, tail] = [0, 0];
  const least = Math.min(old.length, now.length);
  while (head < least && old[head] === now[head]) head++;
  while (tail < least - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return { head, tail };
}

/** The same for a line of which the texts around the difference don't tell; from 0. */
function indexBefore(old: readonly string[], now: readonly string[], index: number): number | null {
  const options = { maxEditLength: MAX_DIFFERENCES, timeout: 1000 };
  let [at, was] = [0, 0];
  for (const { added, removed, count = 0 } of diffArrays([...old], [...now], options) ?? []) {
    if (!removed && index < at + count) return added ? null : was + index - at;
    if (!removed) at += count;
    if (!added) was += count;
  }
  return null;
}

/** Which line of the old text a line of the new one is, both from 1; null for one that is new. */
export function lineBefore(
  old: readonly string[],
  now: readonly string[],
  line: number,
): number | null {
  const { head, tail } = common(old, now);
  if (line <= head) return line;
  if (line > now.length - tail) return line - now.length + old.length;
  const parts = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)] as const;
  const index = indexBefore(...parts, line - 1 - head);
  return index === null ? null : head + index + 1;
}
