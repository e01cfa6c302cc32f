/** A command line of bash as far as it is typed. */
export interface TypedLine {
  /** The words before the cursor's, without quotes; the program's name first. */
  readonly words: readonly string[];
  /** The cursor's word, without quotes. */
  readonly current: string;
  /** The quote that is open at the cursor. */
  readonly quote: "" | "'" | '"';
  /** So many characters of the cursor's word stand before the part that bash replaces. */
  readonly kept: number;
  /** Whether the cursor's word is the file of a redirection. */
  readonly redirects: boolean;
}

interface Reading {
  words: string[];
  word: string | null;
  quote: "" | "'" | '"';
  kept: number;
  redirects: boolean;
}

function endWord(reading: Reading): void {
  if (reading.word === null) return;
  if (reading.redirects) reading.redirects = false;
  else reading.words.push(reading.word);
  reading.word = null;
  reading.kept = 0;
}

function readOperator(reading: Reading, char: string): void {
  if (char !== "<" && char !== ">") {
    endWord(reading);
    reading.words = [];
    return;
  }
  // A number that touches the sign is a file descriptor, not a word.
  if (reading.word !== null && /^\d+$/u.test(reading.word)) reading.word = null;
  endWord(reading);
  reading.redirects = true;
}

/** Reads one character within quotes, or what escapes it there; returns how many were read. */
function readQuoted(reading: Reading, char: string, next: string): number {
  const word = reading.word ?? "";
  if (char === reading.quote) {
    reading.quote = "";
    reading.kept = word.length;
    return 1;
  }
  const escapes = reading.quote === '"' && char === "\\" && /["\\$`]/u.test(next);
  reading.word = word + (escapes ? next : char);
  return escapes ? 2 : 1;
}

function readPlain(reading: Reading, char: string, next: string, breaks: string): number {
  if (/\s/u.test(char)) endWord(reading);
  else if (/[<>;|&()]/u.test(char)) readOperator(reading, char);
  else if (char === "'" || char === '"') {
    reading.word ??= "";
    reading.quote = char;
    reading.kept = reading.word.length;
  } else if (char === "\\") {
    reading.word = (reading.word ?? "") + next;
    return 2;
  } else {
    reading.word = (reading.word ?? "") + char;
    if (breaks.includes(char)) reading.kept = reading.word.length;
  }
  return 1;
}

/**
 * Reads a line without expanding anything in it.
 * @param breaks bash's COMP_WORDBREAKS: after an unquoted one of these it takes the rest for a word
 */
export function readBashLine(line: string, breaks: string): TypedLine {
  const reading: Reading = { words: [], word: null, quote: "", kept: 0, redirects: false };
  for (let at = 0; at < line.length; ) {
    const char = line[at] ?? "";
    const next = line[at + 1] ?? "";
    at +=
      reading.quote === ""
        ? readPlain(reading, char, next, breaks)
        : readQuoted(reading, char, next);
  }
  const { words, word, quote, kept, redirects } = reading;
  return { words, current: word ?? "", quote, kept, redirects };
}

/** A value as it can stand at the cursor of a line, so that bash takes every character for itself. */
export function quoteForBash(value: string, quote: TypedLine["quote"]): string {
  if (quote === "'") return value.replaceAll("'", "'\\''");
  // Within double quotes a `!` can't be escaped.
  if (quote === '"') return value.replace(/["\\$`]/gu, "\\$&").replaceAll("!", '"\\!"');
  return value.replace(/[^\w.,:=@%/+\u0080-\u{10ffff}-]/gu, "\\$&");
}
