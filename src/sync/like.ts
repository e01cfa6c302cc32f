/** A text as a part of a pattern for LIKE. */
export function likeText(text: string): string {
  return text.replace(/[\\%_]/gu, "\\$&");
}

/** Any text, a class and alternatives that hold none of the signs of the others. */
const SIMPLE = /\*|\[(?![!^]\])[^[\]{}\\]+\]|\{[^[\]{}\\]*\}/gu;

/** A pattern for LIKE. It fits at least what the pattern of shells fits: from the first sign that isn't simple on, all. */
export function likePattern(glob: string): string {
  if (glob.startsWith("!")) return "%";
  const simple = glob.replace(SIMPLE, "*");
  const [plain = ""] = simple.split(/[[\]{}\\]/u, 1);
  const pattern = likeText(plain).replaceAll("*", "%").replaceAll("?", "_");
  return plain === simple ? pattern : `${pattern}%`;
}
