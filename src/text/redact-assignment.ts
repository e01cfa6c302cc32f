/** Names whose value is a secret. */
export const NAME = `pass(?:word|wd|phrase)|_pass|pwd|(?:api|access|private|secret|signing|encryption|account|master|auth)[_ -]?key|secret|token|credentials?|_auth`;
/** What may follow the name: `token_2` and `secret_key_base` are secret, `token_count` is not. */
const QUALIFIERS = ` key base value string text plain raw prod production staging dev test live main primary secondary default old new current confirm confirmation `;
/** A closing quote, a separator, an opening quote with the backslashes of an outer string. */
const AFTER_NAME = String.raw`(\\{0,7}["'\x60]\]?)?([ \t]{0,8}(?:[?:+|]{0,2}=(?![=>~])|=>(?=[ \t]{0,8}\\{0,7}["'\x60])|:-(?=[^\s}])|\??:[ \t]?[A-Za-z_][\w.<>|[\] ?]{0,30}?[ \t]=[ \t]|\??:(?![:=-]))[ \t]{0,8}|[ \t](?![ \t]))(?:[bruf@$L]{0,2}(\\{0,7})(["'\x60]))?`;
/** Types, literals, keywords and one-word answers that stand where a value would. */
const WORDS = ` null nil none undefined true false yes no on off string str number boolean bool any object bytes buffer unknown never void text required optional missing invalid expired empty hidden enabled disabled include omit same-origin read write inherit await async function new return typeof uint8array sha256 sha512 md5 base64 utf8 oauth2 u8 u16 u32 u64 i32 i64 int32 int64 uint32 uint64 uint256 bytes32 `;
/** `$NAME`, `%(name)s`, `{{ name }}`, `<your-token>`, `****`, a URL, a path. */
const REFERENCE =
  /^(?:\$(?:[{(]|env:|\w+(?:$|[/&;|,)[]|->))|%(?:[sdv]|\w+%|\(\w+\)s)$|\{\{|#\{|\{[\w.: -]*\}|<[\w .:|/-]+>|\[redacted:[\w-]+\]?$|\[[A-Z]+\]$|[xX*•._-]{3,}$|…|!(?:vault|secret|ref|sub|env)\b|[Yy]our[ _-]|YOUR_|[a-z][a-z+]{1,20}:\/\/|arn:|[\s!-/:-@[-`{-~]+$|(?![\w+/]{40}$)(?:~|\.{0,2}|[A-Za-z]:)[/\\][\w.@ -]+[/\\.][\w.@/\\ -]*$|[\w./~-]+\.(?:pem|key|crt|json|ya?ml|txt|env)$)/;
const REFERENCE_LIMIT = 200; // A longer value is a secret, whatever it looks like.
/** `getPassword()`, `os.environ[`, `["a"`, `process.env.X`; a quote has ended the value before. */
const CODE =
  /^(?:[{[(<]|[&*!-]?[A-Za-z_$][\w$]*!?(?:(?:[?!]?\.|::|->)[\w$]+)*(?:\((?:$|.*[),])|\[)|(?:process|import|self|this|os|Deno|Bun)\.)/;
/** The last words of variables that are named for what they hold: `dbPassword`, `next_token`. */
const KINDS = " pass password passwd passphrase pwd secret token key credential credentials ";
/** What follows a flag in prose and usage texts: `the --token flag`. */
const AFTER_FLAG = ` flag flags option options argument arguments is was are to or and for from in into with via the a an on of as at by not if when instead value parameter must can should will has requires `;
export const FOLDER = /^(?:[~/.]|[A-Za-z]:[/\\])/;

export function redactAssignments(text: string, mark: string): string {
  const head = new RegExp(`(${NAME})([\\w-]{0,24})${AFTER_NAME}`, "gi");
  let result = "";
  let done = 0;
  for (let match = head.exec(text); match !== null; match = head.exec(text)) {
    const start = head.lastIndex;
    // What is no qualifier may be or hold another name: `_pass` before `word`, `token_secret`.
    if (!isQualifier(match[2] ?? "")) head.lastIndex = match.index + 1;
    else head.lastIndex = secretEnd(text, match, start);
    if (head.lastIndex <= start) continue;
    result += text.slice(done, start) + mark;
    done = head.lastIndex;
  }
  return result + text.slice(done);
}

export function isQualifier(text: string): boolean {
  const word = /^[_-]?([a-z]*)[_-]?\d{0,3}$/i.exec(text)?.[1]?.toLowerCase();
  return word === "" || (word !== undefined && QUALIFIERS.includes(` ${word} `));
}

/**
 * Where the value that begins at `start` ends, or `start` if it is no secret. What follows a quoted
 * name without quotes is a number or code; in `"?token=" + token` the quote closes a string.
 */
function secretEnd(text: string, match: RegExpExecArray, start: number): number {
  const [, named = "", , close = "", separator = "", slashes = "", quote] = match;
  const name = qualifiersBefore(text, match.index) + named;
  if (/^[ \t]$/.test(separator) && !/^--?(?!-|no-)[\w-]+$/.test(name + close)) return start;
  if (separator.includes("=>") && close === "") return start;
  if (/pwd$/i.test(name) && FOLDER.test(text.slice(start, start + 3))) return start;
  const nameStart = match.index + named.length - name.length;
  const before = text.slice(Math.max(0, nameStart - 100), nameStart);
  const lead = before.slice(before.lastIndexOf("\n") + 1);
  if (quote === undefined) {
    const none = /["']/.test(close) || text.startsWith("[redacted:", start);
    const attached = separator === "=" || separator === ":-";
    return none ? start : bareEnd(text, start, { name, lead, attached });
  }
  const end = quotedEnd(text, start, quote, slashes.length);
  const content = text.slice(start, end);
  const closing = close === "" && lead.split(quote).length % 2 === 0;
  const code = closing && /^\s*[+,.;:&?|)\]}]+(?:\s|$)/.test(content);
  return code || isPlaceholder(content) ? start : end;
}

/** The `--db-` of `--db-password`, the `self.` of `self.token`; not the escape of `\nTOKEN`. */
function qualifiersBefore(text: string, end: number): string {
  let start = end;
  while (end - start < 64 && /[\w.-]/.test(text.charAt(start - 1))) start--;
  return text.slice(/^\\[nrt]/.test(text.slice(start - 1, end)) ? start + 1 : start, end);
}

/**
 * The closing quote has as many backslashes as the opening one (`depth`), or fewer if it ends the
 * string around both; an escaped quote has more. YAML and SQL double it and a shell leaves and enters:
 * 'it''s', 'it'\''s'. A quote that is never closed ends with its line.
 */
function quotedEnd(text: string, start: number, quote: string, depth: number): number {
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

type Assignment = Readonly<{ name: string; lead: string; attached: boolean }>;

/**
 * `alone`: nothing is before the name on its line but what a diff, a list or a numbered listing puts
 * there. `line`: name and value are all of their line.
 */
function bareEnd(text: string, start: number, assignment: Assignment): number {
  const first = /^(?:[\s>+|*#-]|\d{1,6}[→:|\t])*(?:(?:export|set|env|arg)\s+)?$/i;
  const alone = first.test(assignment.lead);
  const run = new RegExp(alone ? /(?:[^\s\\]|\\(?![nrt"'`]))*/ : valueAfter(assignment.lead), "y");
  run.lastIndex = start;
  const raw = run.exec(text)?.[0] ?? "";
  let end = start + raw.length;
  while (end > start && /[\\,;.)}\]|&"'`]/.test(text.charAt(end - 1))) end--;
  if (end - start > REFERENCE_LIMIT) return end;
  const rest = text.slice(start + raw.length, start + raw.length + 20);
  const line = alone && end === start + raw.length && /^[ \t]*(?:$|[\r\n#]|\\[nr])/.test(rest);
  return isBareSecret(raw, text.slice(start, end), assignment, line) ? end : start;
}

/** Up to a space or quote, or to what ends it in a query, a connection string or a list. */
function valueAfter(lead: string): string {
  const ends: Readonly<Record<string, string>> = { "?": "&#", "&": "&#", ";": ";" };
  const stops = ends[lead.slice(-1)] ?? (/[({[,]$/.test(lead) ? ",;)}\\]" : "");
  return `(?:[^\\s\\\\"'\`<>${stops}]|\\\\(?![nrt"'\`]))*`;
}

function isBareSecret(raw: string, value: string, given: Assignment, line: boolean): boolean {
  const { name, lead, attached } = given;
  if (isPlaceholder(value) || isPlaceholder(raw) || CODE.test(raw)) return false;
  if (/token/i.test(name) && /^[\d.,_]+[a-z%]{0,2}(?:\/|$)/i.test(value)) return false;
  if (name[0] === "-") return !/^-|^[A-Z_]+$/.test(value) && !AFTER_FLAG.includes(` ${value} `);
  const dotted = /^[&*!-]?[A-Za-z_$][\w$]*(?:(?:[?!]?\.|::|->)[A-Za-z_$][\w$]*)+$/.test(value);
  const last = /(?:^|[^A-Za-z-]|[a-z\d])([A-Z]?[a-z]+|[A-Z]+)\d?$/.exec(value)?.[1] ?? "-";
  const variable = KINDS.includes(` ${last.toLowerCase()} `);
  const argument = variable && (dotted || /[({[,]\s*$/.test(lead) || /[,)]$/.test(raw));
  if (attached) return value !== name && !argument;
  if (value.length < 4 || variable || (dotted && !/\d.*\d.*\d/.test(value))) return false;
  return line || /[\d!@#$%^]/.test(value);
}

export function isPlaceholder(value: string): boolean {
  if (value.length > REFERENCE_LIMIT) return false;
  return value === "" || WORDS.includes(` ${value.toLowerCase()} `) || REFERENCE.test(value);
}
