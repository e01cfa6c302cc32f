/** A text as a part of a pattern for LIKE. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/gu, "\\$&");
}

/** A pattern for LIKE. It fits at least what the pattern of shells fits. */
export function likePattern(glob: string): string {
  return likeText(glob)
    .replace(/\[[^\]]*\]|\{[^}]*\}|\*/gu, "%")
    .replaceAll("?", "_");
}
