/** The scripts whose words stand without spaces between them, of which any part can be searched for. */
const UNSPACED = String.raw`\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}`;
const IN_WORDS = String.raw`\p{L}\p{N}\p{Co}`;

const ANY_UNSPACED = new RegExp(`[${UNSPACED}]`, "u");
const EACH_UNSPACED = new RegExp(`[${UNSPACED}]`, "gu");
const EACH_TOKEN = new RegExp(
  `[[${IN_WORDS}]&&[${UNSPACED}]]|[[${IN_WORDS}\\p{Mn}]--[${UNSPACED}]]+`,
  "gv",
);
// The same where nothing is above U+007F, since the classes of all of Unicode take milliseconds to be made.
const EACH_ASCII_TOKEN = /[A-Za-z0-9]+/gu;
const IS_ASCII = /^[\0-\x7f]*$/u;

export function isUnspaced(char: string): boolean {
  return ANY_UNSPACED.test(char);
}

/** What is neither written with letters of these scripts nor a mark on one keeps its marks: they tell か from が. */
const MARKS = /(?<=[\p{scx=Latn}\p{scx=Grek}\p{scx=Cyrl}])\p{Mn}+/gu;

/** Without case, accents and widths, as far as Unicode tells them: ß is ss, ё is е, ＡＢＣ is abc. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (IS_ASCII.test(lower)) return lower;
  // ẞ has a lower case, and that an upper case of two letters.
  const decomposed = lower.normalize("NFKD").toUpperCase().toLowerCase();
  return decomposed.replace(MARKS, "").replaceAll("ς", "σ").normalize("NFC");
}

/** A text without the escape sequences that colour it, which would hide the words behind them. */
export function withoutColours(text: string): string {
  return text.includes("\x1b") ? Bun.stripANSI(text) : text;
}

/**
 * Text as SQLite's unicode61 tokenizer is to see it, which folds little but Latin: folded, and each Chinese,
 * Japanese or Korean character a word, so that a phrase of such words finds any part of a text.
 */
export function toSearchable(text: string): string {
  const plain = withoutColours(text);
  return IS_ASCII.test(plain) ? plain : fold(plain).replace(EACH_UNSPACED, " $& ");
}

/** A word of a text, or one character of a script without spaces. */
export interface Token {
  /** Where it stands in the text, in code units; `end` is behind it. */
  readonly start: number;
  readonly end: number;
  /** Folded. */
  readonly form: string;
}

/** The tokens of a text (which is in NFC), much as unicode61 makes them of what `toSearchable` gives. */
export function* tokensOf(text: string): Generator<Token> {
  for (const match of text.matchAll(IS_ASCII.test(text) ? EACH_ASCII_TOKEN : EACH_TOKEN)) {
    const [word] = match;
    const form = fold(word);
    if (form !== "") yield { start: match.index, end: match.index + word.length, form };
  }
}
