/** What a command of ours says. */
export interface OwnCommand {
  readonly program: string;
  readonly client: string;
  /** The client's event, or null where the command names none. */
  readonly event: string | null;
}

interface Quoting {
  /** Characters that quote; inside, `escapes` tells what escapes and a doubled quote may stand for itself. */
  readonly quotes: Readonly<Record<string, { readonly escape: string; readonly doubles: boolean }>>;
  /** Escapes the next character outside quotes; empty for none. */
  readonly escape: string;
}

const POSIX: Quoting = {
  quotes: { "'": { escape: "", doubles: false }, '"': { escape: "\\", doubles: false } },
  escape: "\\",
};
const POWERSHELL: Quoting = {
  quotes: { "'": { escape: "", doubles: true }, '"': { escape: "`", doubles: true } },
  escape: "`",
};
const CMD: Quoting = { quotes: { '"': { escape: "", doubles: false } }, escape: "^" };

/** In which shells' words a command may stand, the likeliest first. */
function likelyQuotings(command: string): readonly Quoting[] {
  if (/^\s*(\$env:|&)/iu.test(command)) return [POWERSHELL, POSIX, CMD];
  return /^\s*set\s|2>\s*nul\b/iu.test(command)
    ? [CMD, POSIX, POWERSHELL]
    : [POSIX, POWERSHELL, CMD];
}

/** Characters that keep their backslash inside POSIX double quotes are all but these. */
const ESCAPABLE = /["\\$`]/u;

interface Reading {
  readonly text: string;
  readonly quoting: Quoting;
  at: number;
  /** The word being read, or null between words. */
  word: string | null;
  /** The next word is the target of a redirection. */
  redirected: boolean;
  readonly statements: string[][];
}

function endWord(reading: Reading): void {
  if (reading.word === null) return;
  if (reading.redirected) reading.redirected = false;
  else reading.statements.at(-1)?.push(reading.word);
  reading.word = null;
}

function readQuoted(reading: Reading, quote: string, escapes: string, doubles: boolean): void {
  const { text } = reading;
  let word = reading.word ?? "";
  let at = reading.at + 1;
  for (; at < text.length; at++) {
    const char = text[at] ?? "";
    const next = text[at + 1] ?? "";
    if (char === quote && !(doubles && next === quote)) break;
    const skips = char === quote || (char === escapes && ESCAPABLE.test(next));
    if (skips) at++;
    word += skips ? next : char;
  }
  reading.word = word;
  reading.at = at + 1;
}

function readRedirection(reading: Reading): void {
  // A number that touches the sign is a file descriptor, not a word.
  if (reading.word !== null && /^\d+$/u.test(reading.word)) reading.word = null;
  endWord(reading);
  while (/[<>&|]/u.test(reading.text[reading.at] ?? "")) reading.at++;
  reading.redirected = true;
}

function readPlain(reading: Reading, char: string): void {
  reading.at++;
  if (/[;|&\n\r]/u.test(char)) {
    endWord(reading);
    reading.redirected = false;
    reading.statements.push([]);
  } else if (/\s/u.test(char)) {
    endWord(reading);
  } else if (char === reading.quoting.escape && reading.at < reading.text.length) {
    reading.word = (reading.word ?? "") + (reading.text[reading.at] ?? "");
    reading.at++;
  } else reading.word = (reading.word ?? "") + char;
}

/** The simple commands of a command line as lists of words, redirections left out. */
function statementsOf(text: string, quoting: Quoting): string[][] {
  const reading: Reading = {
    text,
    quoting,
    at: 0,
    word: null,
    redirected: false,
    statements: [[]],
  };
  while (reading.at < text.length) {
    const char = text[reading.at] ?? "";
    const quote = quoting.quotes[char];
    if (quote !== undefined) readQuoted(reading, char, quote.escape, quote.doubles);
    else if (char === ">" || char === "<") readRedirection(reading);
    else readPlain(reading, char);
  }
  endWord(reading);
  return reading.statements;
}

const ASSIGNMENT = /^(\$env:)?[A-Za-z_]\w*=/iu;

/** The words of a statement without what only prepares its environment. */
function bareWords(statement: readonly string[]): readonly string[] {
  if (statement[0]?.toLowerCase() === "set" && ASSIGNMENT.test(statement[1] ?? "")) return [];
  const first = statement.findIndex(
    (word) => !ASSIGNMENT.test(word) && !["env", "exec", "command"].includes(word),
  );
  return first < 0 ? [] : statement.slice(first);
}

function isGuard(words: readonly string[]): boolean {
  return words.length === 1 ? words[0] === "true" || words[0] === ":" : words[0] === "exit";
}

function isProgram(word: string): boolean {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return /^(mm|mm\.(exe|cmd|ps1))$/u.test(name) || /^mm\.(exe|cmd|ps1)$/iu.test(name);
}

/** Reads `PROGRAM hook CLIENT [EVENT …]`, or null. */
export function parseWords(words: readonly string[]): OwnCommand | null {
  const [program, verb, client, event] = words;
  if (program === undefined || !isProgram(program) || verb !== "hook") return null;
  if (client === undefined || !/^[a-z][a-z-]*$/u.test(client)) return null;
  return { program, client, event: event ?? null };
}

/**
 * Reads a command that is a hook call of `mm` and nothing else, in whichever shell's words it stands and
 * wherever its `mm` is; a command that does more is somebody's own, hence null.
 */
export function parseOwnCommand(command: string): OwnCommand | null {
  for (const quoting of likelyQuotings(command)) {
    const statements = statementsOf(command, quoting)
      .map(bareWords)
      .filter((words) => words.length > 0 && !isGuard(words));
    const own = statements.length === 1 ? parseWords(statements[0] ?? []) : null;
    if (own !== null) return own;
  }
  return null;
}
