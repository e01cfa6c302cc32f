import { type ParseError, parse, visit } from "jsonc-parser";
import { splitBom } from "./json-text.ts";
import type { JsonDialect } from "./settings.ts";

/** Why an agent rejects a file, and how it takes it again. */
export interface Rejection {
  readonly problem: string;
  /** What has to be done to the file, without its name. */
  readonly fix: string;
}

interface Flaw {
  readonly what: "comment" | "trailing comma";
  readonly offset: number;
}

function commentsIn(text: string): Flaw[] {
  const found: Flaw[] = [];
  visit(text, { onComment: (offset) => void found.push({ what: "comment", offset }) });
  return found;
}

function trailingCommasIn(text: string): Flaw[] {
  const errors: ParseError[] = [];
  parse(text, errors, { allowTrailingComma: false });
  const closing = [...new Set(errors.map(({ offset }) => offset))];
  return closing.map((offset) => ({
    what: "trailing comma",
    offset: text.lastIndexOf(",", offset),
  }));
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function columnOf(text: string, offset: number): number {
  return offset - text.lastIndexOf("\n", offset - 1);
}

function listed(words: readonly (string | number)[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? String(last) : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** How all flaws of one kind go, with their lines. */
function removal(text: string, what: Flaw["what"], flaws: readonly Flaw[]): string[] {
  const own = flaws.filter((flaw) => flaw.what === what);
  if (own.length === 0) return [];
  const lines = [...new Set(own.map(({ offset }) => lineOf(text, offset)))];
  const noun = own.length === 1 ? `the ${what}` : `all ${what}s`;
  return [`${noun} in ${lines.length === 1 ? "line" : "lines"} ${listed(lines)}`];
}

function isStrict(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Why an agent that reads this dialect rejects a text that `mm` itself can edit; null where it takes it. */
export function rejectionOf(text: string, dialect: JsonDialect): Rejection | null {
  const { bom, body } = splitBom(text);
  const hasMark = bom !== "" && !dialect.byteOrderMark;
  if (!hasMark && isStrict(body)) return null;
  const isBlank = body.trim() === "";
  const flaws = [
    ...(dialect.comments || isBlank ? [] : commentsIn(body)),
    ...(dialect.trailingCommas || isBlank ? [] : trailingCommasIn(body)),
  ].sort((a, b) => a.offset - b.offset);
  const [first] = flaws;
  if (!hasMark && first === undefined) return null;
  const mark = "the byte order mark at its beginning";
  const gone = [
    ...(hasMark ? [mark] : []),
    ...removal(body, "comment", flaws),
    ...removal(body, "trailing comma", flaws),
  ];
  const place =
    first === undefined
      ? ""
      : `a ${first.what} at line ${lineOf(body, first.offset)}, column ${columnOf(body, first.offset)}`;
  return {
    problem: hasMark ? "a byte order mark at its beginning" : place,
    fix: `remove ${listed(gone)}`,
  };
}
