/** Marks that open and close a quote. */
interface Quote {
  readonly marks: string;
  /** Escapes some characters inside; empty for none. */
  readonly escape: string;
  /** Two marks in a row inside stand for one. */
  readonly doubles: boolean;
}

/** How a shell reads words. */
interface Syntax {
  readonly quotes: readonly Quote[];
  /** Escapes the next character outside quotes. */
  readonly escape: string;
}

/** PowerShell reads typographic quotes as plain ones. */
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

/** What can be escaped inside double quotes. */
const ESCAPABLE = /["\\$`]/u;

/** What ends a command, or begins or ends one in a subshell. */
const ENDS = /[;|&()\n\r]/u;

interface Reading {
  readonly text: string;
  readonly syntax: Syntax;
  /** See `readBashLine`. */
  readonly breaks: string;
  at: number;
  readonly commands: string[][];
  /** The word being read, or null between words. */
  word: string | null;
  /** The mark of a quote that is still open at the end, or an empty text. */
  quote: string;
  /** How many characters of the word stand before its last quote or break. */
  kept: number;
  /** The word is, or the next word will be, the target of a redirection. */
  redirects: boolean;
}

function endWord(reading: Reading): void {
  reading.kept = 0;
  if (reading.word === null) return;
  if (reading.redirects) reading.redirects = false;
  else reading.commands.at(-1)?.push(reading.word);
  reading.word = null;
}

/** Whether the first of two characters inside a quote only makes the second one stand for itself. */
function isEscape({ marks, escape: sign, doubles }: Quote, char: string, next: string): boolean {
  if (next === "") return false;
  if (doubles && marks.includes(char)) return marks.includes(next);
  return char === sign && ESCAPABLE.test(next);
}

function readQuoted(reading: Reading, quote: Quote): void {
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

function readRedirection(reading: Reading): void {
  // A number that touches the sign is a file descriptor, not a word.
  if (reading.word !== null && /^\d+$/u.test(reading.word)) reading.word = null;
  endWord(reading);
  while (/[<>&|]/u.test(reading.text[reading.at] ?? "")) reading.at++;
  reading.redirects = true;
}

function readPlain(reading: Reading, char: string): void {
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

/** Reads a line without expanding anything in it; its last word stays open. */
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
    if (quote !== undefined) readQuoted(reading, quote);
    else if (char === ">" || char === "<") readRedirection(reading);
    else readPlain(reading, char);
  }
  return reading;
}

/** The simple commands of a line as lists of words without quotes; redirections are left out. */
export function splitCommands(line: string, dialect: Dialect): string[][] {
  const reading = read(line, SYNTAXES[dialect], "");
  endWord(reading);
  return reading.commands;
}

/** A command line of bash as far as it is typed. */
export interface TypedLine {
  /** The words before the cursor's, without quotes; the program's name first. */
  readonly words: readonly string[];
  /** The cursor's word, without quotes. */
  readonly current: string;
  /** The quote that is open at the cursor, or an empty text. */
  readonly quote: string;
  /** How many characters of the cursor's word stand before the part that bash replaces. */
  readonly kept: number;
  /** Whether the cursor's word is the file of a redirection. */
  readonly redirects: boolean;
}

/**
 * Reads what is typed before the cursor.
 * @param breaks bash's COMP_WORDBREAKS: bash replaces only what stands behind the last of these outside quotes
 */
export function readBashLine(line: string, breaks: string): TypedLine {
  const { commands, word, quote, kept, redirects } = read(line, SYNTAXES.posix, breaks);
  return { words: commands.at(-1) ?? [], current: word ?? "", quote, kept, redirects };
}

/** A word of fish as it is typed, perhaps within a quote, without its quotes. */
export function readFishWord(word: string): string {
  return word.replace(/\\(.)|["']/gsu, "$1");
}

/** A word within single quotes, as every POSIX shell reads it. */
export function quoteForPosix(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** The rest of a word behind an open quote, or a word outside quotes, in which bash expands nothing. */
export function quoteForBash(word: string, quote: string): string {
  if (quote === "'") return quoteForPosix(word).slice(1, -1);
  // Within double quotes a `!` can't be escaped.
  if (quote === '"') return word.replace(/["\\$`]/gu, "\\$&").replaceAll("!", '"\\!"');
  return word.replace(/[^\w.,:=@%/+\u0080-\u{10ffff}-]/gu, "\\$&");
}

export function quoteForPowershell(word: string): string {
  return `'${word.replace(new RegExp(`[${SINGLE_QUOTES}]`, "gu"), "$&$&")}'`;
}

/** A word for cmd.exe, or null where it can't be quoted: cmd.exe expands % and ! inside quotes too. */
export function quoteForCmd(word: string): string | null {
  return /[%!"]/u.test(word) ? null : `"${word}"`;
}
