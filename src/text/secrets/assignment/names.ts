import { hasAny } from "../rule.ts";

/** What the value of a name has to look like to be a secret. */
export type Looks =
  /** Like anything: `password`. */
  | "any"
  /** Like no word, number or code: `pass`. */
  | "odd"
  /** Like a number of four or more digits, or odd: `pin`. */
  | "code"
  /** As if it were drawn by lot: `stripe_key`. */
  | "random";

/**
 * Names by what a text with one of them has in lower case: first what all of them hold, to be looked for before the
 * list, then the list. The patterns are without regard to case.
 */
type Names = readonly [needs: string, words: string, looks: Looks, pattern: string];

const JOINED =
  "db|sql|my|root|admin|user|usr|ftp|smtp|imap|mail|ssh|ssl|ldap|http|proxy|auth|login|key|store|redis|rdp|vnc";

const PASS_WORDS =
  "passw|passp|passc|_pass|--pass|&pass|?pass|pass=|pass:|pass =|pass\"|pass'|pass\\|de passe";

/** Where a word begins, or a part of one with a capital: `userPin`. */
const START = "(?:(?<![a-z\\d])|(?-i:(?<=[a-z])(?=[A-Z])))";

/** `-key` is a header's or a flag's, `Key` one of code. */
export const NAMES: readonly Names[] = [
  ["", "token", "any", "token"],
  [
    "key",
    "key",
    "any",
    "(?:api|access|private|secret|signing|encryption|account|master|auth|pre-?shared)[_ -]?key",
  ],
  ["key", "key", "random", "[_-]key|(?<=(?-i:[a-z]))(?-i:Key)"],
  ["", "secret", "any", "secret"],
  [
    "pass",
    PASS_WORDS,
    "any",
    `pass(?:word|wd|wort|phrase|code)|_pass|(?<=(?<![a-z])(?:${JOINED}))pass|mot de passe`,
  ],
  ["pass", PASS_WORDS, "odd", "(?:(?<![a-z\\d])pass|(?-i:(?<=[A-Z])PASS|(?<=[a-z])Pass))(?![a-z])"],
  ["pw", "pw", "any", "pwd|pw"],
  ["", "credential", "any", "credentials?"],
  ["_auth", "_auth", "any", "_auth"],
  ["pat", "_pat|-pat", "random", "[_-]pat"],
  ["psk", "psk", "any", "psk"],
  ["", "mnemonic|phrase", "any", "mnemonic|(?:seed|recovery)[_ -]?phrase"],
  ["pin", "pin=|pin:|pin\"|pin'|pin\\|pin is |pin_c", "code", `${START}pin(?:[_-]?code)?`],
  [
    "",
    "otp=|otp:|otp\"|otp'|otp\\|otp_c|cvv|cvc",
    "code",
    `${START}(?:otp|cvv2?|cvc2?)(?:[_-]?code)?`,
  ],
  [
    "",
    "contraseña|senha|kennwort|hasło|пароль|비밀번호|암호|密码|密碼|口令|パスワード",
    "any",
    "contraseña|senha|kennwort|hasło|пароль|비밀번호|암호|密码|密碼|口令|パスワード",
  ],
];

export const LOOKS: readonly Looks[] = ["any", "random", "odd", "code"];

/**
 * One of these names, in a group for each of `LOOKS`, and the rest of the word, which has to be a qualifier. Only what
 * may occur is asked for, since a long pattern takes long to be made.
 */
export function anyOf(names: readonly Names[]): RegExp {
  const groups = LOOKS.map((looks) => `(${patternOf(looks, names)})`).join("|");
  return new RegExp(`(?:${groups})([\\w-]{0,24})(?![\\w-])`, "gi");
}

function patternOf(looks: Looks, names: readonly Names[]): string {
  let pattern = "";
  for (const [, , own, each] of names) if (own === looks) pattern += `|${each}`;
  // Nothing matches what is none of them.
  return pattern === "" ? "(?!)" : pattern.slice(1);
}

/** What may follow the name: `token_2` and `secret_key_base` are secret, `token_count` is not. */
export const QUALIFIERS =
  " key base value string text plain raw prod production staging dev test live main primary secondary default old new current confirm confirmation ";

/** What is named a key and is none that opens anything: `cache_key`, `primary_key`, `public_key`. */
const OPEN_KEYS =
  " public pub publishable anon anonymous site primary foreign parent child cache memcache redis sort sorting order partition shard range hash index lookup search unique composite natural surrogate candidate idempotency dedup dedupe deduplication routing row column field group object item entity record node edge s3 file path folder bucket blob storage map dict dictionary set translation i18n message locale label tag issue project event metric state context feature flag hot shortcut modifier arrow function react query route page view etag content digest checksum fingerprint version build ";

export function isQualifier(text: string): boolean {
  if (text === "") return true;
  const word = /^[_-]?([a-z]*)[_-]?\d{0,3}$/i.exec(text)?.[1]?.toLowerCase();
  return word === "" || (word !== undefined && QUALIFIERS.includes(` ${word} `));
}

/** Whether a name that ends in `key` is that of a key which may be known. `before` is what precedes `key`. */
export function isOpenKey(before: string): boolean {
  const word = /(?:^|[^A-Za-z\d]|[a-z\d](?=[A-Z]))([A-Z]?[a-z\d]+|[A-Z\d]+)[_-]?$/.exec(
    before,
  )?.[1];
  return word !== undefined && OPEN_KEYS.includes(` ${word.toLowerCase()} `);
}

/** Whether a member's name has a word of a secret's, so that it is worth to be looked at. */
function isLikeName(name: string): boolean {
  const lower = `${name.toLowerCase()}"`;
  if (lower.includes("authorization") || lower.includes("cookie")) return true;
  for (const [needs, words] of NAMES) {
    if (lower.includes(needs) && hasAny(lower, words.split("|"))) return true;
  }
  return false;
}

const whole = new Map<Looks, RegExp>();

/** What the value of a member with this name has to look like to be a secret, or null where it may be anything. */
export function looksOf(name: string): Looks | null {
  if (!isLikeName(name)) return null;
  const end = name.slice(-100);
  for (const looks of LOOKS) {
    const match = wholeName(looks).exec(end);
    if (match === null || !isQualifier(match[2] ?? "")) continue;
    return looks === "random" && isOpenKey(match[1] ?? "") ? null : looks;
  }
  return null;
}

function wholeName(looks: Looks): RegExp {
  let pattern = whole.get(looks);
  if (pattern === undefined) {
    const others = looks === "any" ? "|authorization|cookie" : "";
    pattern = new RegExp(`^(.*)(?:${patternOf(looks, NAMES)}${others})([\\w-]{0,24})$`, "is");
    whole.set(looks, pattern);
  }
  return pattern;
}
