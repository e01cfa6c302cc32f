import { createTwoFilesPatch, diffArrays, FILE_HEADERS_ONLY } from "diff";
import type { Baseline } from "./editor.ts";
import { parseJson, property, splitBom } from "./json-text.ts";

const CONTEXT = 3;

/** A unified diff of a file's two texts, null for no file; empty where they are equal. */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return "";
  const name = (text: string | null, side: string) =>
    text === null ? "/dev/null" : `${side}${path}`;
  return createTwoFilesPatch(
    name(before, "a"),
    name(after, "b"),
    before ?? "",
    after ?? "",
    undefined,
    undefined,
    { context: CONTEXT, headerOptions: FILE_HEADERS_ONLY },
  );
}

/** Whether two texts differ only in white space and commas. */
function isSameButForSpace(a: string, b: string): boolean {
  const words = (text: string) => tokensOf(text).filter((token) => !/^[\s,]+$/u.test(token));
  return Bun.deepEquals(words(a), words(b));
}

function isJson(text: string): boolean {
  try {
    parseJson(splitBom(text).body);
    return true;
  } catch {
    return false;
  }
}

/**
 * The text without what we wrote, to the byte: with the white space that was there before. Null if it differs
 * from the stripped text in more than white space and commas; then the stripped text is the one to trust.
 */
export function takenBack(text: string, stripped: string, baseline: Baseline): string | null {
  const { text: original, wrote } = baseline ?? { text: null, wrote: [] };
  if (original === null) return null;
  for (const base of wrote.toReversed()) {
    const merged = mergeTexts(base, original, text);
    if (merged !== null && isSameButForSpace(merged, stripped) && isJson(merged)) return merged;
  }
  return null;
}

/** Whether there is something at a path of keys in the text of a JSON object. */
export function hasKeys(text: string, path: readonly string[]): boolean {
  let node = parseJson(splitBom(text).body) ?? undefined;
  for (const key of path) node = node?.type === "object" ? property(node, key) : undefined;
  return node !== undefined;
}

interface Before {
  readonly baseline: Baseline;
  /** Whether there was a file. */
  readonly wasThere: boolean;
}

/**
 * What is left of a text of JSON once what is ours has been stripped from it, as it was before we came wherever that
 * can be told; null where nothing is.
 * @param left the stripped text without its byte order mark
 */
export function leftOf(
  text: string,
  bom: string,
  left: string,
  { baseline, wasThere }: Before,
): string | null {
  const isNothing = /^\s*(\{\s*\})?\s*$/u.test(left);
  if (isNothing && !wasThere) return null;
  const wasBlank = splitBom(baseline?.text ?? "{").body.trim() === "";
  const stripped = bom + (isNothing && wasBlank ? "" : left);
  return takenBack(text, stripped, baseline) ?? stripped;
}

/** Texts that differ by more edits have nothing to do with each other. */
const MAX_EDITS = 1500;

/** Tokens of JSON and TOML: line ends, spaces, comments, strings, single signs, all else. */
const TOKEN =
  /\r?\n|[^\S\r\n]+|\r|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n\r]|\\.)*"|[{}[\]:,"]|[^\s{}[\]:,"/]+|\//gu;

function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** What the other text has instead of the tokens from `start` up to `end`. */
interface Hunk {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function hunksOf(base: readonly string[], other: readonly string[]): Hunk[] | null {
  const parts = diffArrays([...base], [...other], { maxEditLength: MAX_EDITS });
  if (parts === undefined) return null;
  const hunks: Hunk[] = [];
  let at = 0;
  for (const { added, removed, count, value } of parts) {
    const last = hunks.at(-1);
    const isSame = last?.end === at;
    if (removed) hunks.push({ start: at, end: at + count, text: "" });
    else if (added && isSame) hunks[hunks.length - 1] = { ...last, text: value.join("") };
    else if (added) hunks.push({ start: at, end: at, text: value.join("") });
    if (!added) at += count;
  }
  return hunks;
}

/** Whether a change lies inside what the other side removes, and so goes with it. */
function isWithin({ start, end }: Hunk, outer: Hunk): boolean {
  return start === end
    ? outer.start < start && end < outer.end
    : outer.start <= start && end <= outer.end;
}

/**
 * The base with the changes of both sides; null if they contradict each other. An edit inside something that
 * `undone` removes goes with it.
 */
export function mergeTexts(base: string, undone: string, edited: string): string | null {
  const tokens = tokensOf(base);
  const undo = hunksOf(tokens, tokensOf(undone));
  const edits = hunksOf(tokens, tokensOf(edited));
  if (undo === null || edits === null) return null;
  const kept = edits.filter((edit) => !undo.some((outer) => isWithin(edit, outer)));
  // What is inserted at a place comes before what is removed from there.
  const all = [...undo, ...kept].sort((a, b) => a.start - b.start || a.end - b.end);
  let merged = "";
  let at = 0;
  for (const { start, end, text } of all) {
    if (start < at) return null;
    merged += tokens.slice(at, start).join("") + text;
    at = end;
  }
  return merged + tokens.slice(at).join("");
}
