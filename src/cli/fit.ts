/** Text of at most so many cells of a terminal, on which wide characters take two; what is cut shows as `…`. */
export function fit(text: string, cells: number): string {
  // No character that takes a cell is longer than a family of emoji.
  const rough = text.length > cells * 32 ? text.slice(0, cells * 32).toWellFormed() : text;
  if (rough.length === text.length && Bun.stringWidth(text) <= cells) return text;
  if (cells < 1) return "";
  const chars = Array.from(rough);
  let low = 0;
  let high = chars.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Bun.stringWidth(chars.slice(0, middle).join("")) <= cells - 1) low = middle;
    else high = middle - 1;
  }
  return `${chars.slice(0, low).join("").trimEnd()}…`;
}

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
