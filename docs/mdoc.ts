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

/** Text of a macro line or a text line in which mdoc takes every character for itself. */
export function literal(text: string): string {
  return text
    .replace(/[\\"'`^~-]/gu, (char) => NAMED[char] ?? char)
    .replace(/[^\n -~]/gu, (char) => {
      const hex = char.codePointAt(0)?.toString(16).toUpperCase() ?? "";
      return `\\[u${hex.padStart(4, "0")}]`;
    });
}

/** Markdown's code is bold, its links are their words. */
function inline(markdown: string): string {
  const plain = markdown.replace(/\[([^\]]*)\]\([^)]*\)/gu, "$1");
  return plain
    .split(/(`[^`]+`)/u)
    .map((part) => (/^`.+`$/u.test(part) ? `\\fB${literal(part.slice(1, -1))}\\fR` : prose(part)))
    .join("");
}

/** A hyphen within a word stays one, so that lines can break there. */
function prose(text: string): string {
  return text
    .split(/((?<=\w)-(?=\w))/u)
    .map((part) => (part === "-" ? part : literal(part)))
    .join("");
}

/** A line that begins like a macro is text nevertheless. */
function textLines(sentence: string): string[] {
  return fold(sentence, WIDTH).map((line) => (/^[.']/u.test(line) ? `\\&${line}` : line));
}

/** Lines of one paragraph of Markdown, each sentence beginning a line, as mdoc wants it. */
export function text(markdown: string): string[] {
  return inline(markdown)
    .split(/(?<=(?<!e\.g)[.!?]\)?) (?=\S)/u)
    .flatMap(textLines);
}

/** Paragraphs of Markdown, one a string. */
export function paragraphs(parts: readonly string[]): string[] {
  return parts.flatMap((part, index) => [...(index === 0 ? [] : [".Pp"]), ...text(part)]);
}

/** An item of a tagged list. */
export function tagged(head: string, body: string): string[] {
  return [`.It ${head}`, ...text(body)];
}
