/** The scripts whose words stand without spaces between them, of which any part can be searched for. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}`;
const IN_WORDS = String.raw`\p{L}\p{N}\p{Co}`;

const ANY_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
const EACH_UNSPACED = new RegExp(`[${UNSPACED}]`, "gu");
const EACH_TOKEN = new RegExp(
  `([[${IN_WORDS}]&&[${UNSPACED}]])|[[${IN_WORDS}\\p{Mn}]--[${UNSPACED}]]+`,
  "gv",
);
// The same where nothing is above U+007F, since the classes of all of Unicode take milliseconds to be made.
const EACH_ASCII_TOKEN = /[A-Za-z0-9]+/gu;
const IS_ASCII = /^[\0-\x7f]*$/u;

export function isUnspaced(char: string): boolean {
  return ANY_UNSPACED.test(char);
}

/**
 * Text as SQLite's unicode61 tokenizer is to see it: each Chinese, Japanese or Korean character becomes a
 * word, so that a phrase of such words finds any part of a text.
 */
export function spaceOut(text: string): string {
  return ANY_UNSPACED.test(text) ? text.normalize("NFC").replace(EACH_UNSPACED, " $& ") : text;
}

/** A word of a text, or one character of a script without spaces. */
export interface Token {
  /** Where it stands in the text, in code units; `end` is behind it. */
  readonly start: number;
  readonly end: number;
  /** In lower case and without diacritics. */
  readonly form: string;
}

function fold(word: string): string {
  const lower = word.toLowerCase();
  return IS_ASCII.test(lower) ? lower : lower.normalize("NFD").replace(/\p{Mn}/gu, "");
}

/** The tokens of a text (which is in NFC), much as unicode61 makes them of what `spaceOut` gives. */
export function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(IS_ASCII.test(text) ? EACH_ASCII_TOKEN : EACH_TOKEN)) {
    const [word, unspaced] = match;
    const form = unspaced ?? fold(word);
    if (form !== "") yield { start: match.index, end: match.index + word.length, form };
  }
}
