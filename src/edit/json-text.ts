import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { faultAt } from "./editor.ts";
import type { Look, Obstacle } from "./settings.ts";

/** What a JSON file says at a path of keys; undefined where it says nothing or isn't readable. */
export function jsonAt(
  look: Pick<Look, "read">,
  file: string,
  ...keys: readonly string[]
): unknown {
  const text = look.read(file);
  if (text === null) return undefined;
  try {
    const root = parseJson(splitBom(text).body);
    let value: unknown = root === null ? undefined : getNodeValue(root);
    for (const key of keys) value = (value as Record<string, unknown> | null | undefined)?.[key];
    return value;
  } catch {
    return undefined;
  }
}

/** An obstacle for each of the files in which the setting has the value that turns hooks off. */
export function offIn(
  look: Look,
  files: readonly string[],
  keys: readonly string[],
  value: boolean,
): Obstacle[] {
  return files
    .filter((file) => jsonAt(look, file, ...keys) === value)
    .map((file) => switchedOff(file, keys.join("."), value));
}

/** The obstacle of a setting whose value turns hooks off. */
export function switchedOff(file: string, key: string, value: boolean): Obstacle {
  const fix = `set ${key} to ${!value} in ${file}`;
  return { kind: "off", message: `${key} is ${value} in ${file}`, fix };
}

export interface Edit {
  readonly offset: number;
  readonly length: number;
  readonly text: string;
}

/** How the text is laid out, so that what is added looks like the rest. */
interface Layout {
  readonly unit: string;
  readonly eol: string;
  /** All of it is on one line. */
  readonly isCompact: boolean;
}

const BOM = "\uFEFF";

/** Splits a byte order mark off. */
export function splitBom(text: string): { readonly bom: string; readonly body: string } {
  return text.startsWith(BOM) ? { bom: BOM, body: text.slice(1) } : { bom: "", body: text };
}

/**
 * Parses JSON, with comments and trailing commas if need be; null where there is nothing but white space.
 * @throws SettingsFault
 */
export function parseJson(text: string): Node | null {
  if (text.trim() === "") return null;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first !== undefined) {
    const problem = printParseErrorCode(first.error).replace(/(?<=[a-z])(?=[A-Z])/gu, " ");
    throw faultAt(text, first.offset, problem.toLowerCase());
  }
  return root ?? null;
}

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** The properties of an object, in order and with duplicates. */
export function properties(
  node: Node,
): { readonly key: string; readonly node: Node; readonly value: Node }[] {
  return (node.children ?? []).flatMap((child) => {
    const [key, value] = child.children ?? [];
    return key === undefined || value === undefined
      ? []
      : [{ key: String(key.value), node: child, value }];
  });
}

/** The value of a key; of several the last, which is the one that counts. */
export function property(node: Node, key: string): Node | undefined {
  return properties(node).findLast((found) => found.key === key)?.value;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.offset - b.offset)) {
    parts.push(text.slice(at, edit.offset), edit.text);
    at = edit.offset + edit.length;
  }
  return parts.join("") + text.slice(at);
}

interface Trivia {
  /** Where the next token begins. */
  readonly end: number;
  /** Where the last comment on the way ends, or null. */
  readonly commentEnd: number | null;
  readonly isLineComment: boolean;
}

/** Passes over white space and comments. */
function skipTrivia(text: string, from: number): Trivia {
  const pattern = /\s+|\/\/[^\n\r]*|\/\*[\s\S]*?\*\//uy;
  let end = from;
  let commentEnd: number | null = null;
  let isLineComment = false;
  for (;;) {
    pattern.lastIndex = end;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return { end, commentEnd, isLineComment };
    end += found.length;
    if (found.startsWith("/")) {
      commentEnd = end;
      isLineComment = found.startsWith("//");
    }
  }
}

function commaAfter(text: string, from: number): number | null {
  const { end } = skipTrivia(text, from);
  return text[end] === "," ? end : null;
}

function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/u.exec(text.slice(start, offset))?.[0] ?? "";
}

function isFirstOnLine(text: string, offset: number): boolean {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return start > 0 && text.slice(start, offset).trim() === "";
}

export function layoutOf(text: string, root: Node | null): Layout {
  const eol = /\r?\n/u.exec(text)?.[0] ?? "\n";
  const first = root?.children?.[0];
  const indent =
    first !== undefined && isFirstOnLine(text, first.offset) ? lineIndent(text, first.offset) : "";
  const isCompact = !text.includes("\n") && first !== undefined;
  return { unit: indent === "" ? "  " : indent, eol, isCompact };
}

/** A value as JSON in the layout, its lines after the first indented. */
export function render(value: unknown, layout: Layout, indent: string): string {
  if (layout.isCompact) return JSON.stringify(value);
  return JSON.stringify(value, null, layout.unit).replaceAll("\n", layout.eol + indent);
}

/** Renders what is added in this layout, at this indent. */
export type Item = (layout: Layout, indent: string) => string;

/** Items on the line of the container's other children. */
function onOneLine(items: readonly Item[], layout: Layout, isFirst: boolean): string {
  const gap = layout.isCompact || isFirst ? "" : " ";
  return items.map((item) => gap + item({ ...layout, isCompact: true }, "")).join(",");
}

/** Items on lines of their own below the container's other children. */
function onOwnLines(text: string, container: Node, items: readonly Item[], layout: Layout): string {
  const last = container.children?.at(-1);
  const indent =
    last !== undefined && isFirstOnLine(text, last.offset)
      ? lineIndent(text, last.offset)
      : lineIndent(text, container.offset) + layout.unit;
  return items.map((item) => layout.eol + indent + item(layout, indent)).join(",");
}

/** Edits that add items at the end of an array or object. */
export function append(
  text: string,
  container: Node,
  items: readonly Item[],
  layout: Layout,
): Edit[] {
  const last = container.children?.at(-1);
  const close = endOf(container) - 1;
  const trailing = last === undefined ? null : commaAfter(text, endOf(last));
  const from = (trailing ?? (last === undefined ? container.offset : endOf(last) - 1)) + 1;
  const offset = skipTrivia(text, from).commentEnd ?? from;
  const comma =
    last === undefined || trailing !== null ? [] : [{ offset: from, length: 0, text: "," }];
  const isOneLine = last !== undefined && !text.slice(container.offset, close).includes("\n");
  const tail = trailing === null ? "" : ",";
  if (isOneLine || layout.isCompact) {
    const added = onOneLine(items, layout, last === undefined) + tail;
    return [...comma, { offset, length: 0, text: added }];
  }
  const closesItsLine = text.slice(offset, close).includes("\n");
  const end = closesItsLine ? "" : layout.eol + lineIndent(text, container.offset);
  const added = onOwnLines(text, container, items, layout) + tail + end;
  return [...comma, { offset, length: 0, text: added }];
}

/** Where the removal of a child begins: behind the comment or sign before it. */
function removalStart(text: string, before: number, child: Node, after: number): number {
  const { commentEnd, isLineComment } = skipTrivia(text, before);
  if (commentEnd === null) return before;
  // What follows must not become part of the comment.
  if (!isLineComment || /^[ \t]*\r?\n/u.test(text.slice(after))) return commentEnd;
  return text.slice(0, child.offset).lastIndexOf("\n") + 1;
}

/** Edits that remove children of an array or object, with the commas that are no longer needed. */
export function remove(text: string, container: Node, gone: ReadonlySet<Node>): Edit[] {
  const children = container.children ?? [];
  if (gone.size === 0) return [];
  const inner = container.offset + 1;
  const close = endOf(container) - 1;
  const commas = children.map((child) => commaAfter(text, endOf(child)));
  const lastKept = children.findLastIndex((child) => !gone.has(child));
  if (lastKept < 0) {
    let between = text.slice(inner, close);
    for (const child of children.toReversed()) {
      between = between.slice(0, child.offset - inner) + between.slice(endOf(child) - inner);
    }
    // Nothing else is left inside.
    if (/^[\s,]*$/u.test(between)) return [{ offset: inner, length: close - inner, text: "" }];
  }
  return children.flatMap((child, index) => {
    if (!gone.has(child)) return [];
    const following = commas[index] ?? null;
    const preceding = index === 0 ? null : (commas[index - 1] ?? null);
    const comma = index > lastKept && commas.at(-1) === null ? preceding : following;
    const after = following === null ? endOf(child) : following + 1;
    const start = removalStart(text, preceding === null ? inner : preceding + 1, child, after);
    const edits = [{ offset: start, length: endOf(child) - start, text: "" }];
    if (comma !== null) edits.push({ offset: comma, length: 1, text: "" });
    return edits;
  });
}
