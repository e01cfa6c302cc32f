/** A pattern for LIKE. It fits at least what the pattern of shells fits. */
export function likePattern(glob: string): string {
  return glob
    .replace(/[\\%_]/gu, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}
