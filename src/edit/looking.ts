import { getNodeValue } from "jsonc-parser";
import { parseJson, splitBom } from "./json-text.ts";
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
    .map((file) => ({ kind: "off", message: `${keys.join(".")} is ${value} in ${file}` }));
}
