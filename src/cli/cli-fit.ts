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
