import { getNodeValue } from "jsonc-parser";
import {
  append,
  applyEdits,
  type Item,
  layoutOf,
  parseJson,
  properties,
  property,
  remove,
  render,
} from "./json-text.ts";

/** The text of a JSON object with a value under a key; every other byte stays. */
export function setProperty(text: string, key: string, value: unknown): string {
  const root = parseJson(text);
  if (root === null) return `${JSON.stringify({ [key]: value }, null, 2)}\n`;
  const old = property(root, key);
  if (old !== undefined) {
    if (Bun.deepEquals(getNodeValue(old), value)) return text;
    const replacement = JSON.stringify(value);
    return applyEdits(text, [{ offset: old.offset, length: old.length, text: replacement }]);
  }
  const item: Item = (layout, indent) =>
    `${JSON.stringify(key)}: ${render(value, { ...layout, isCompact: true }, indent)}`;
  return applyEdits(text, append(text, root, [item], layoutOf(text, root)));
}

/** The same without the key. */
export function removeProperty(text: string, key: string): string {
  const root = parseJson(text);
  if (root === null) return text;
  const gone = properties(root).filter((found) => found.key === key);
  return applyEdits(text, remove(text, root, new Set(gone.map(({ node }) => node))));
}

/** A file without any text, of which nobody knows what was in it. */
export function isEmptied(text: string | null): boolean {
  return text !== null && parseJson(text) === null;
}
