import { fold } from "../src/cli/fit.ts";

const WIDTH = 76;
const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\e",
  '"': "\\(dq",
  "'": "\\(aq",
  "`": "\\(ga",
  "^": "\\(ha",
  "~": "\\(ti",
  "-": "\\-",
};

/** Escapes text so that mdoc takes every character literally. */
export function literal(text: string): string {
  return text
    .replace(/[\\"'`^~-]/gu, (char) => NAMED[char] ?? char)
    .replace(/[^\n -~]/gu, (char) => {
      const hex = char.codePointAt(0)?.toString(16).toUpperCase() ?? "";
      return `\\[u${hex.padStart(4, "0")}]`;
    });
}

/** Renders inline Markdown: code becomes bold, links become their text. */
function inline(markdown: string): string {
  const plain = markdown.replace(/\[([^\]]*)\]\([^)]*\)/gu, "$1");
  return plain
    .split(/(`[^`]+`)/u)
    .map((part) => (/^`.+`$/u.test(part) ? `\\fB${literal(part.slice(1, -1))}\\fR` : prose(part)))
    .join("");
}

/** Keeps hyphens inside words as hyphens, so that lines can break there. */
function prose(text: string): string {
  return text
    .split(/((?<=\w)-(?=\w))/u)
    .map((part) => (part === "-" ? part : literal(part)))
    .join("");
}

/** Escapes lines of text that start like a macro. */
function textLines(sentence: string): string[] {
  return fold(sentence, WIDTH).map((line) => (/^[.']/u.test(line) ? `\\&${line}` : line));
}

/** The lines of a Markdown paragraph. Each sentence starts a new line, as mdoc requires. */
export function text(markdown: string): string[] {
  return inline(markdown)
    .split(/(?<=(?<!e\.g)[.!?]\)?) (?=\S)/u)
    .flatMap(textLines);
}

/** Renders Markdown paragraphs, one per string. */
export function paragraphs(parts: readonly string[]): string[] {
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [".Pp"]), ...text(part)]);
}

/** An item of a tagged list. */
export function tagged(head: string, body: string): string[] {
  return [`.It ${head}`, ...text(body)];
}
