/** A kind of quote. */
interface Quote {
  readonly marks: string;
  /** The character that escapes some others inside the quotes; empty if there is none. */
  readonly escape: string;
  /** Whether two marks in a row inside the quotes stand for one. */
  readonly doubles: boolean;
}

/** How a shell splits a line into words. */
interface Syntax {
  readonly quotes: readonly Quote[];
  /** The character that escapes the next one outside quotes. */
  readonly escape: string;
}

/** PowerShell treats typographic quotes like plain ones. */
const SINGLE_QUOTES = "'‘’‚‛";
const DOUBLE_QUOTES = '"“”„';

const SYNTAXES = {
  posix: {
    quotes: [
      { marks: "'", escape: "", doubles: false },
      { marks: '"', escape: "\\", doubles: false },
    ],
    escape: "\\",
  },
  powershell: {
    quotes: [
      { marks: SINGLE_QUOTES, escape: "", doubles: true },
      { marks: DOUBLE_QUOTES, escape: "`", doubles: true },
    ],
    escape: "`",
  },
  cmd: { quotes: [{ marks: '"', escape: "", doubles: false }], escape: "^" },
} as const satisfies Readonly<Record<string, Syntax>>;

export type Dialect = keyof typeof SYNTAXES;

/** The characters that can be escaped inside double quotes. */
const ESCAPABLE = /["\\$`]/u;

/** The characters that end a command, or start or end a subshell. */
const ENDS = /[;|&()\n\r]/u;

interface Reading {
  readonly text: string;
  readonly syntax: Syntax;
  /** See `parseBashLine`. */
  readonly breaks: string;
  at: number;
  readonly commands: string[][];
  /** The word being read, or null between words. */
  word: string | null;
  /** The mark of the quote that is still open at the end, or an empty string. */
  quote: string;
  /** How many characters of the word come before its last quote or break. */
  kept: number;
  /** Whether this word, or the next one, is the target of a redirection. */
  redirects: boolean;
}

function endWord(reading: Reading): void {
  reading.kept = 0;
  if (reading.word === null) return;
  if (reading.redirects) reading.redirects = false;
  else reading.commands.at(-1)?.push(reading.word);
  reading.word = null;
}

/** Whether the first of two characters inside a quote escapes the second. */
function isEscape({ marks, escape: sign, doubles }: Quote, char: string, next: string): boolean {
  if (next === "") return false;
  if (doubles && marks.includes(char)) return marks.includes(next);
  return char === sign && ESCAPABLE.test(next);
}

function parseQuoted(reading: Reading, quote: Quote): void {
  const { text } = reading;
  let word = reading.word ?? "";
  reading.kept = word.length;
  let at = reading.at + 1;
  while (at < text.length) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    const escapes = isEscape(quote, char, next);
    if (!escapes && quote.marks.includes(char)) break;
    word += escapes ? next : char;
    at += escapes ? 2 : 1;
  }
  if (at < text.length) reading.kept = word.length;
  else reading.quote = text[reading.at] ?? "";
  reading.word = word;
  reading.at = at + 1;
}

function parseRedirection(reading: Reading): void {
  // A number right before the operator is a file descriptor, not a word.
  if (reading.word !== null && /^\d+$/u.test(reading.word)) reading.word = null;
  endWord(reading);
  while (/[<>&|]/u.test(reading.text[reading.at] ?? "")) reading.at++;
  reading.redirects = true;
}

function parsePlain(reading: Reading, char: string): void {
  const { text, syntax, breaks } = reading;
  reading.at++;
  if (ENDS.test(char)) {
    endWord(reading);
    reading.redirects = false;
    reading.commands.push([]);
  } else if (/\s/u.test(char)) {
    endWord(reading);
  } else if (char === syntax.escape) {
    reading.word = (reading.word ?? "") + (text[reading.at] ?? "");
    reading.at++;
  } else {
    reading.word = (reading.word ?? "") + char;
    if (breaks.includes(char)) reading.kept = reading.word.length;
  }
}

/** Reads a line without expanding anything. The last word stays open. */
function read(text: string, syntax: Syntax, breaks: string): Reading {
  const reading: Reading = {
    text,
    syntax,
    breaks,
    at: 0,
    commands: [[]],
    word: null,
    quote: "",
    kept: 0,
    redirects: false,
  };
  while (reading.at < text.length) {
    const char = text[reading.at] ?? "";
    const quote = syntax.quotes.find(({ marks }) => marks.includes(char));
    if (quote !== undefined) parseQuoted(reading, quote);
    else if (char === ">" || char === "<") parseRedirection(reading);
    else parsePlain(reading, char);
  }
  return reading;
}

/** The simple commands of a line, each as a list of unquoted words, without redirections. */
export function splitCommands(line: string, dialect: Dialect): string[][] {
  const reading = read(line, SYNTAXES[dialect], "");
  endWord(reading);
  return reading.commands;
}

/** A bash command line up to the cursor. */
export interface TypedLine {
  /** The unquoted words before the cursor's word, starting with the program's name. */
  readonly words: readonly string[];
  /** The cursor's word, unquoted. */
  readonly current: string;
  /** The quote that is open at the cursor, or an empty string. */
  readonly quote: string;
  /** How many characters of the cursor's word come before the part that bash replaces. */
  readonly kept: number;
  /** Whether the cursor's word is the target of a redirection. */
  readonly redirects: boolean;
}

/**
 * Reads the command line up to the cursor.
 * @param breaks bash's COMP_WORDBREAKS: bash replaces only what follows the last of these outside quotes
 */
export function parseBashLine(line: string, breaks: string): TypedLine {
  const { commands, word, quote, kept, redirects } = read(line, SYNTAXES.posix, breaks);
  return { words: commands.at(-1) ?? [], current: word ?? "", quote, kept, redirects };
}

/** Removes the quotes from a fish word that may still have an open quote. */
export function parseFishWord(word: string): string {
  return word.replace(/\\(.)|["']/gsu, "$1");
}

/** Puts a word in single quotes for any POSIX shell. */
export function quoteForPosix(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The same for fish too, in which a backslash inside single quotes escapes one. */
export function quoteForAnyShell(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** Quotes a word for a POSIX shell, if it needs quotes. */
export function wordForPosix(word: string): string {
  return /^[\w./:@%+=-]+$/u.test(word) ? word : quoteForPosix(word);
}

/** Escapes a word for bash, or the rest of a word after an open quote, so that bash expands nothing in it. */
export function quoteForBash(word: string, quote: string): string {
  if (quote === "'") return quoteForPosix(word).slice(1, -1);
  // A `!` can't be escaped inside double quotes.
  if (quote === '"') return word.replace(/["\\$`]/gu, "\\$&").replaceAll("!", '"\\!"');
  return word.replace(/[^\w.,:=@%/+\u0080-\u{10ffff}-]/gu, "\\$&");
}

export function quoteForPowershell(word: string): string {
  return `'${word.replace(new RegExp(`[${SINGLE_QUOTES}]`, "gu"), "$&$&")}'`;
}

/** Quotes a word for cmd.exe, or returns null if it can't: cmd.exe expands % and ! inside quotes too. */
export function quoteForCmd(word: string): string | null {
  return /[%!"]/u.test(word) ? null : `"${word}"`;
}
