/** A JSON value, or undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where the string that opens at `open` ends (behind its quote), or -1. */
export function stringEnd(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    if (!isEscaped(text, at)) return at + 1;
  }
  return -1;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/** Where the value that begins at `start` ends, or -1 if the text ends first. */
export function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === "{" || first === "[") return nestEnd(text, start);
  const scalar = /[^\s,\]}]+/uy;
  scalar.lastIndex = start;
  // A number at the very end of the text may go on behind it.
  return scalar.test(text) && scalar.lastIndex < text.length ? scalar.lastIndex : -1;
}

function nestEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      at = stringEnd(text, at) - 1;
      if (at < 0) return -1;
    } else if (char === "{" || char === "[") depth++;
    else if ((char === "}" || char === "]") && --depth === 0) return at + 1;
  }
  return -1;
}

/** Where the value begins whose last character stands before `end`, or -1 if the text begins later. */
export function valueStart(text: string, end: number): number {
  const last = text[end - 1];
  if (last === '"') return stringStart(text, end);
  if (last === "}" || last === "]") return nestStart(text, end);
  let at = end;
  while (at > 0 && /[\w.+-]/u.test(text[at - 1] ?? "")) at--;
  return at > 0 && at < end ? at : -1;
}

/** Seen from behind, a string begins at the first quote that is not escaped: inside it every quote is. */
function stringStart(text: string, end: number): number {
  for (let at = text.lastIndexOf('"', end - 2); at > 0; at = text.lastIndexOf('"', at - 1)) {
    if (!isEscaped(text, at)) return at;
  }
  return -1;
}

function nestStart(text: string, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= 0; at--) {
    const char = text[at];
    if (char === '"') {
      at = stringStart(text, at + 1);
      if (at === -1) return -1;
    } else if (char === "}" || char === "]") depth++;
    else if ((char === "{" || char === "[") && --depth === 0) return at;
  }
  return -1;
}

/** The index of the first character from `at` on that is not white space. */
export function skipSpace(text: string, at: number): number {
  let index = at;
  while (isSpace(text[index])) index++;
  return index;
}

/** The index behind the last character before `end` that is not white space. */
export function skipSpaceBack(text: string, end: number): number {
  let index = end;
  while (isSpace(text[index - 1])) index--;
  return index;
}

function isSpace(char: string | undefined): boolean {
  return char === " " || char === "\n" || char === "\r" || char === "\t";
}
