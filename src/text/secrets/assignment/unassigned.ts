import { NAMES, QUALIFIERS } from "./names.ts";
import { GOES_ON } from "./separator.ts";

/** Words with which all names end that have them, each known by its first letter. */
const PLAIN_WORDS: readonly string[] = ["token", "key", "secret"];

/** The bits of the names that are known by these. */
const PLAIN = NAMES.reduce(
  (bits, [, words], nth) => (PLAIN_WORDS.includes(words) ? bits | (1 << nth) : bits),
  0,
);

/** Whether a text has such names alone, by the bits of those that it has. */
export function areAllPlain(bits: number): boolean {
  return (bits & ~PLAIN) === 0;
}

/** Goes on to another word: `tokens`, `token_count`. */
const OTHER_WORD = `(?!(?i:[_-]?(?:${QUALIFIERS.trim().replaceAll(" ", "|")})?[_-]?\\d{0,3})(?![\\w-]))[\\w-]`;
/** Neither a quote nor the word `value` follows, also not on another line. */
const NO_VALUE = "[,;\\s]*(?![,;\\s\\\\\"'`vVpPdD])";
/** A short word with nothing but a blank behind it, nor a sign behind that. */
const PROSE = "[a-z]{1,15}(?![^ \\t\\r\\n])(?![ \\t]*[=:])";

const UNASSIGNED = [
  OTHER_WORD,
  "$",
  "[^\\w\\s\\\\\"'`<>=:：?+|[.,;-]",
  "\\.(?![?:+|.=])",
  `[,;\\r\\n]${NO_VALUE}`,
  `(?!${GOES_ON})[ \\t]{1,8}(?:$|[\\r\\n]${NO_VALUE}|${PROSE})`,
];

const FOLLOWS = new RegExp(UNASSIGNED.join("|"), "y");

/**
 * Whether nothing is assigned to a name with a plain word at `at`. It tells of most such words what all else of this
 * folder would find out at ten times the cost: of words in prose, parts of other words, and arguments.
 */
export function isUnassigned(text: string, at: number): boolean {
  const first = text.charAt(at).toLowerCase();
  for (const word of PLAIN_WORDS) {
    if (!word.startsWith(first)) continue;
    const end = at + word.length;
    FOLLOWS.lastIndex = end;
    return FOLLOWS.test(text) && (!/[ \t]/.test(text.charAt(end)) || !isAfterSign(text, at));
  }
  return false;
}

/** Further back no name begins. */
const MOST_BEFORE = 150;

/** Whether the name is that of a flag or tag, or begins with another word, as in `api key`. */
function isAfterSign(text: string, at: number): boolean {
  if (text.charAt(at - 1) === " ") return /k/i.test(text.charAt(at));
  for (let before = at - 1; before >= at - MOST_BEFORE; before--) {
    const char = text.charAt(before);
    if (!/[\w.:]/.test(char)) return char === "-" || char === "<";
  }
  return true;
}
