/** Types, literals, keywords and one-word answers that stand where a value would. */
const WORDS = ` null nil none undefined true false yes no on off string str number boolean bool any object bytes buffer unknown never void text required optional missing invalid expired empty hidden enabled disabled include omit same-origin read write inherit await async function new return typeof uint8array sha256 sha512 md5 base64 utf8 oauth2 u8 u16 u32 u64 i32 i64 int32 int64 uint32 uint64 uint256 bytes32 `;

/** The last words of variables that are named for what they hold: `dbPassword`, `next_token`. */
const KINDS = ` pass password passwd passphrase pwd secret token key credential credentials `;

/** A longer value is a secret, whatever it looks like. */
export const REFERENCE_LIMIT = 200;

/** What leads to a value, or shows where one belongs. */
const REFERENCES = [
  String.raw`\$(?:[{(]|env:|\w+(?:$|[/&;|,)[]|->))`, // $NAME, ${NAME}, $(command), $env:NAME
  String.raw`%(?:[sdv]|\w+%|\(\w+\)s)$`, // %s, %NAME%, %(name)s
  String.raw`\{\{|#\{|\{[\w.: -]*\}`, // {{ name }}, #{name}, {name}
  String.raw`<[\w .:|/-]+>`, // <your-token>
  String.raw`\[redacted:[\w-]+\]?$|\[[A-Z]+\]$`,
  "[xX*•._-]{3,}$|…", // ****
  String.raw`!(?:vault|secret|ref|sub|env)\b`, // a tag of YAML
  "[Yy]our[ _-]|YOUR_",
  String.raw`[a-z][a-z+]{1,20}:\/\/|arn:`, // an address
  String.raw`[\s!-/:-@[-\x60{-~]+$`, // punctuation alone
  String.raw`(?![\w+/]{40}$)(?:~|\.{0,2}|[A-Za-z]:)[/\\][\w.@ -]+[/\\.][\w.@/\\ -]*$`, // a path
  String.raw`[\w./~-]+\.(?:pem|key|crt|json|ya?ml|txt|env)$`, // a file
  String.raw`(?:\\[\w]{1,4})+$`, // escapes alone
  String.raw`0[xX][\dA-Fa-f]{1,8}$`, // a number
];

let reference: RegExp | null = null;

/** Whether something stands where a value would that is none: a type, a variable, a path, `****`. */
export function isPlaceholder(value: string): boolean {
  if (value.length > REFERENCE_LIMIT) return false;
  reference ??= new RegExp(`^(?:${REFERENCES.join("|")})`);
  return value === "" || WORDS.includes(` ${value.toLowerCase()} `) || reference.test(value);
}

/** Whether a word names the kind of value in place of one, as in `user:password@host`. */
export function isKind(word: string): boolean {
  return KINDS.includes(` ${word.toLowerCase()} `);
}

/** `dbPassword`, `config.next_token`: a variable that is named for what it holds. */
export function endsInKind(value: string): boolean {
  const last = /(?:^|[^A-Za-z-]|[a-z\d])([A-Z]?[a-z]+|[A-Z]+)\d?$/.exec(value)?.[1];
  return last !== undefined && isKind(last);
}

/** `opts.password`, `Type::MEMBER`. */
export function isDotted(value: string): boolean {
  return /^[&*!-]?[A-Za-z_$][\w$]*(?:(?:[?!]?\.|::|->)[A-Za-z_$][\w$]+)+$/.test(value);
}

/** Whether a value looks drawn by lot: so long, without spaces, with a run of letters and digits mixed. */
export function isRandom(value: string, least: number): boolean {
  if (value.length < least || !/^[\w+/=.~:%!@#$^*?&|-]+$/.test(value)) return false;
  if (isPlaceholder(value)) return false;
  if (isDotted(value) && !/\d.*\d.*\d/.test(value)) return false;
  // `Ipv6CidrAssociations`
  if (/^\D*\d\D*$/.test(value) && /[a-z]{6}/.test(value)) return false;
  return (value.slice(0, REFERENCE_LIMIT).match(/[A-Za-z\d]{6,}/g) ?? []).some(
    (run) => /\d/.test(run) && /[A-Za-z]/.test(run),
  );
}

/** `Password is required`: a sentence, and no pass phrase, which has no capital or one for each word. */
export function isProse(value: string): boolean {
  const words = value.length > REFERENCE_LIMIT ? [] : value.split(" ");
  if (words.length < 3 || !/^[A-Z]/.test(value)) return false;
  const isWord = (word: string) => /^[("'A-Za-z\d’-]+[.,;:!?)"']*$/.test(word);
  return words.every(isWord) && words.slice(1).some((word) => /^[a-z]/.test(word));
}

/** How often letters and digits take turns: in words seldom, in what is drawn by lot often. */
function turns(value: string): number {
  return value.match(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)?.length ?? 0;
}

const NAMED = String.raw`[&*!-]?[A-Za-z_$][\w$]*!?(?:(?:[?!]?\.|::|->)[\w$]+)*`;

/** `["a"`, `getPassword()`, `os.environ[`, `Type{`, `Vec<u8>`. */
const CODE = [
  "[{[(<]",
  String.raw`${NAMED}(?:\((?:$|.*[),])|\[|[{<]$|<.*>[),;]*$|\{.*\}[),;]*$)`,
  String.raw`(?:process|import|self|this|os|Deno|Bun)\.`,
];

let code: RegExp | null = null;

/**
 * Whether an unquoted value is code. A password with a bracket looks like it, too: what leaves one open is a
 * password if letters and digits take turns in it at least `most` times.
 */
export function isCode(raw: string, most: number): boolean {
  code ??= new RegExp(`^(?:${CODE.join("|")})`);
  if (!code.test(raw)) return false;
  const at = raw.search(/[([{<]/);
  const closing = ")]}>"["([{<".indexOf(raw.charAt(at))] ?? "";
  return at < 0 || raw.includes(closing, at) || turns(raw) < most;
}

/**
 * Where a quoted value ends. The closing quote has as many backslashes as the opening one (`depth`), or fewer
 * if it ends the string around both; an escaped quote has more. YAML and SQL double it and a shell leaves and
 * enters: 'it''s', 'it'\''s'. A quote that is never closed ends with its line.
 */
export function quotedEnd(text: string, start: number, quote: string, depth: number): number {
  let slashes = 0;
  for (let index = start; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === "\n" || char === "\r") return index;
    if (char === quote && ((slashes - depth) / (depth + 1)) % 2 !== 1) {
      const joined = index > start && /^'(?:'|\\'')/.exec(text.slice(index, index + 4));
      if (!joined) return index - Math.min(slashes, depth);
      index += joined[0].length - 1;
    }
    slashes = char === "\\" ? slashes + 1 : 0;
  }
  return text.length;
}
