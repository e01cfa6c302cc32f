/** Names whose value is a secret whatever it looks like, as a pattern without regard to case. */
const SECRET_NAMES = [
  "pass(?:word|wd|phrase|code)",
  "_pass",
  "pwd",
  "(?:api|access|private|secret|signing|encryption|account|master|auth|pre-?shared)[_ -]?key",
  "secret",
  "token",
  "credentials?",
  "_auth",
  "psk",
  "mnemonic",
  "(?:seed|recovery)[_ -]?phrase",
  "contraseña|senha|passwort|kennwort|mot de passe|hasło",
  "пароль|비밀번호|암호|密码|密碼|口令|パスワード",
].join("|");

/** Names of what may be a secret: the value decides. `-key` is a header's or a flag's, `Key` one of code. */
const LIKELY_NAMES =
  "[_-]key|(?<=(?-i:[a-z]))(?-i:Key)|[_-]pat|(?:(?<![a-z\\d])pass|(?-i:(?<=[A-Z])PASS|(?<=[a-z])Pass))(?![a-z])";

/** A name, or else what may be one, and the rest of the word, which has to be a qualifier: three groups. */
export const NAME = `(?:(${SECRET_NAMES})|(${LIKELY_NAMES}))([\\w-]{0,24})(?![\\w-])`;

/** In lower case; without one of these a text has no such name. */
export const PASS_HINTS =
  "passw|passp|passc|_pass|--pass|&pass|?pass|pass=|pass:|pass\"|pass'|pass\\|de passe";
export const NAME_HINTS =
  "pwd|psk|secret|token|credential|_auth|key|_pat|-pat|mnemonic|phrase|contraseña|senha|kennwort|hasło|пароль|비밀번호|암호|密码|密碼|口令|パスワード";

/** What may follow the name: `token_2` and `secret_key_base` are secret, `token_count` is not. */
const QUALIFIERS =
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

/** Whether a name has a word of a secret's, so that it is worth to be looked at. */
export function isLikeName(name: string): boolean {
  const lower = name.toLowerCase();
  const hints = `${PASS_HINTS}|${NAME_HINTS}|authorization|cookie`.split("|");
  return hints.some((hint) => lower.includes(hint));
}

/** How sure a member's name makes that its value is a secret, or null. */
export function secrecyOf(name: string): "sure" | "likely" | null {
  const end = name.slice(-100);
  const sure = new RegExp(`^.*(?:${SECRET_NAMES}|authorization|cookie)([\\w-]{0,24})$`, "is").exec(
    end,
  );
  if (sure !== null && isQualifier(sure[1] ?? "")) return "sure";
  const likely = new RegExp(`^(.*)(?:${LIKELY_NAMES})([\\w-]{0,24})$`, "is").exec(end);
  if (likely === null || !isQualifier(likely[2] ?? "")) return null;
  return isOpenKey(likely[1] ?? "") ? null : "likely";
}
