/** Scripts without spaces between words. Any part of such a text can be searched for. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}`;
const IN_WORDS = String.raw`\p{L}\p{N}\p{Co}`;

const ANY_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
const EACH_UNSPACED = new RegExp(`[${UNSPACED}]`, "gu");
const EACH_TOKEN = new RegExp(
  `[[${IN_WORDS}]&&[${UNSPACED}]]|[[${IN_WORDS}\\p{Mn}]--[${UNSPACED}]]+`,
  "gv",
);
// The same for ASCII, because compiling the classes of all of Unicode takes milliseconds.
const EACH_ASCII_TOKEN = /[A-Za-z0-9]+/gu;
const IS_ASCII = /^[\0-\x7f]*$/u;

export function isUnspaced(char: string): boolean {
  return ANY_UNSPACED.test(char);
}

/** Accents are removed only in these scripts: elsewhere marks distinguish letters, as in か and が. */
const MARKS = /(?<=[\p{scx=Latn}\p{scx=Grek}\p{scx=Cyrl}])\p{Mn}+/gu;

/** Removes case, accents and width variants: ß becomes ss, ё becomes е, ＡＢＣ becomes abc. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (IS_ASCII.test(lower)) return lower;
  // The lower case of ẞ is ß, whose upper case is two letters.
  const decomposed = lower.normalize("NFKD").toUpperCase().toLowerCase();
  return decomposed.replace(MARKS, "").replaceAll("ς", "σ").normalize("NFC");
}

/** Removes colour escape sequences, which would hide the words next to them. */
export function withoutColours(text: string): string {
  return text.includes("\x1b") ? Bun.stripANSI(text) : text;
}

/**
 * Prepares text for SQLite's unicode61 tokenizer, which folds little but Latin: folds it, and makes each
 * Chinese, Japanese or Korean character a word, so that a phrase of such words finds any part of a text.
 */
export function toSearchable(text: string): string {
  const plain = withoutColours(text);
  return IS_ASCII.test(plain) ? plain : fold(plain).replace(EACH_UNSPACED, " $& ");
}

/** A word of a text, or one character of a script without spaces. */
export interface Token {
  /** Its position in the text, in code units; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** Folded. */
  readonly form: string;
}

/** The tokens of a text in NFC, much like unicode61 splits the result of `toSearchable`. */
export function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(IS_ASCII.test(text) ? EACH_ASCII_TOKEN : EACH_TOKEN)) {
    const [word] = match;
    const form = fold(word);
    if (form !== "") yield { start: match.index, end: match.index + word.length, form };
  }
}
