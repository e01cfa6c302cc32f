import { diffArrays } from "diff";

/** Beyond this the texts have nothing to do with each other any more. */
const MAX_EDITS = 1500;

/** Words of JSON and TOML: line ends, spaces, comments, strings, single signs, all else. */
const TOKEN =
  /\r?\n|[^\S\r\n]+|\r|\/\/[^\n\r]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n\r]|\\.)*"|[{}[\]:,"]|[^\s{}[\]:,"/]+|\//gu;

export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** What stands in the other text instead of the tokens from `start` to before `end`. */
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

/** Whether a change lies inside what the other side takes away, and so goes with it. */
function isWithin({ start, end }: Hunk, outer: Hunk): boolean {
  return start === end
    ? outer.start < start && end < outer.end
    : outer.start <= start && end <= outer.end;
}

/**
 * The base with both sides' changes; null where they contradict each other. What was changed inside of
 * something that `undone` takes away goes with it.
 */
export function mergeTexts(base: string, undone: string, edited: string): string | null {
  const tokens = tokensOf(base);
  const undo = hunksOf(tokens, tokensOf(undone));
  const edits = hunksOf(tokens, tokensOf(edited));
  if (undo === null || edits === null) return null;
  const kept = edits.filter((edit) => !undo.some((outer) => isWithin(edit, outer)));
  // What is only inserted at a place comes before what is taken away from there.
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
