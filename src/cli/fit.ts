/** Lines of at most this many characters where words allow it; white space between words is one space. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A paragraph of at most 80 columns behind a lead, its further lines indented by less than that. */
export function foldBehind(lead: string, text: string, indent: string): string {
  const blank = "\0".repeat(lead.length - indent.length);
  const [first = "", ...rest] = fold(blank + text, 80 - indent.length);
  return [lead + first.slice(blank.length), ...rest.map((line) => indent + line)].join("\n");
}
