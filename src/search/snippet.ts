import type { Term } from "./query.ts";
import { isUnspaced, type Token, tokensOf, withoutColours } from "./text-index/tokens.ts";

/** The length of a snippet in cells, unless the terminal is narrower. */
export const SNIPPET_CELLS = 160;

/** A part of a snippet, on one line. */
export interface SnippetPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A match of `term` from `start` up to, but not including, `end`, in code units. */
interface Mark {
  readonly start: number;
  readonly end: number;
  readonly term: Term;
}

/** The most matches that are compared to find the best one. */
const MAX_MARKS = 200;

function matchesAt(tokens: readonly Token[], at: number, term: Term): boolean {
  const last = term.tokens.length - 1;
  return term.tokens.every((form, i) => {
    const found = tokens[at + i]?.form;
    return found === form || (i === last && term.isPrefix && found?.startsWith(form) === true);
  });
}

function marksIn(text: string, terms: readonly Term[]): Mark[] {
  const tokens = [...tokensOf(text)];
  const marks: Mark[] = [];
  for (const [at, { start }] of tokens.entries()) {
    for (const term of terms) {
      if (!matchesAt(tokens, at, term)) continue;
      marks.push({ start, end: tokens[at + term.tokens.length - 1]?.end ?? start, term });
    }
    if (marks.length >= MAX_MARKS) break;
  }
  return marks;
}

/** Walks this many cells from `from` and returns where it ends. Unspaced scripts are two cells wide. */
function walk(text: string, from: number, cells: number, step: 1 | -1): number {
  let at = from;
  for (let left = cells; left > 0; ) {
    const char = step > 0 ? text.codePointAt(at) : text.codePointAt(at - 1);
    if (char === undefined || (step < 0 && at === 0)) break;
    const isLowHalf = step < 0 && char >= 0xdc00 && char < 0xe000 && at > 1;
    at += step * (char > 0xffff || isLowHalf ? 2 : 1);
    left -= isUnspaced(String.fromCodePoint(char)) ? 2 : 1;
  }
  return at;
}

/** The first mark from which the most different terms fit into `cells`. */
function bestMark(text: string, marks: readonly Mark[], cells: number): Mark | undefined {
  let best: Mark | undefined;
  let most = 0;
  for (const mark of marks) {
    const end = walk(text, mark.start, cells, 1);
    const inSight = marks.filter((other) => other.start >= mark.start && other.end <= end);
    const terms = new Set(inSight.map(({ term }) => term)).size;
    if (terms > most) [best, most] = [mark, terms];
  }
  return best;
}

/** Moves a cut back to the nearest white space within reach. */
function atSpace(text: string, cut: number, reach: number): number {
  for (let at = cut; at > cut - reach && at > 0; at--) if (/\s/u.test(text[at] ?? "")) return at;
  return cut;
}

interface Window {
  readonly start: number;
  readonly end: number;
}

function windowAround(text: string, marks: readonly Mark[], cells: number): Window {
  if (walk(text, 0, cells, 1) >= text.length) return { start: 0, end: text.length };
  const best = bestMark(text, marks, Math.ceil(cells * 0.75));
  const lead = best === undefined ? 0 : walk(text, best.start, Math.floor(cells / 4), -1);
  const start = lead === 0 ? 0 : Math.min(atSpace(text, lead, 12), best?.start ?? 0);
  const end = walk(text, start, cells, 1);
  return { start, end: end >= text.length ? end : Math.max(atSpace(text, end, 12), start + 1) };
}

/** The window's text, split at the marks. Runs of white space become one space. */
function partsOf(text: string, marks: readonly Mark[], { start, end }: Window): SnippetPart[] {
  const parts: SnippetPart[] = [];
  const add = (from: number, to: number, isMatch: boolean) => {
    if (to > from) parts.push({ text: text.slice(from, to).replace(/\s+/gu, " "), isMatch });
  };
  let at = start;
  for (const mark of marks) {
    const from = Math.max(mark.start, at);
    const to = Math.min(mark.end, end);
    if (to <= from) continue;
    add(at, from, false);
    add(from, to, true);
    at = to;
  }
  add(at, end, false);
  return parts;
}

/** The part of a text, about `cells` long, that contains the most terms, or its beginning. */
export function snippet(content: string, terms: readonly Term[], cells: number): SnippetPart[] {
  const text = withoutColours(content).normalize("NFC").trim();
  const marks = marksIn(text, terms);
  const window = windowAround(text, marks, cells);
  const parts = partsOf(text, marks, window);
  if (window.start > 0) parts.unshift({ text: "…", isMatch: false });
  if (window.end < text.length) parts.push({ text: "…", isMatch: false });
  return parts;
}
