import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

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
