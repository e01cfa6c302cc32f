/** Cuts text to at most `cells` terminal cells and marks the cut with `…`. A wide character takes two cells. */
export function fit(text: string, cells: number): string {
  // The longest character of one cell is an emoji family.
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

/** Wraps text at `width` terminal cells, between words. Runs of white space become one space. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && Bun.stringWidth(line) + 1 + Bun.stringWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Wraps what ends with a command of `mm`, which stays in one piece. */
export function foldHint(hint: string, width: number): string[] {
  const whole = hint.replace(/mm [a-z -]+$/u, (words) => words.replaceAll(" ", "\u00a0"));
  return fold(whole, width).map((line) => line.replaceAll("\u00a0", " "));
}

/** A paragraph of at most 80 columns: the first line starts with `lead`, the others with `indent`. */
export function foldBehind(lead: string, text: string, indent: string): string {
  const blank = "x".repeat(lead.length - indent.length);
  const [first = "", ...rest] = fold(blank + text, 80 - indent.length);
  return [lead + first.slice(blank.length), ...rest.map((line) => indent + line)].join("\n");
}
