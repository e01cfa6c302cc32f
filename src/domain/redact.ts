interface Rule {
  /**
   * Separated by spaces, compared in lower case. One must occur for the rule to be applied: to
   * search them costs less than to compile a RegExp.
   */
  readonly hints: string;
  readonly apply: (text: string, mark: string) => string;
}

/** 16 characters make a body, not the documented length, for the text may be cut within a token. */
const BODY = "[\\w-]{16,}";
/** Not all in lower case, as a long identifier is. */
const MIXED = "(?=[a-z_]{0,40}[A-Z\\d])\\w{16,}";
/** For a token that follows no letter or digit, unless these end an escape: `\n`, `%20`, a colour. */
const ALONE = "(?:(?<![A-Za-z\\d])|(?<=\\\\[nrt]|\\[[\\d;]{1,8}m|%[\\dA-F]{2}))";

/**
 * In the order they are applied: the particular first, so that a token keeps its provider's name.
 * Patterns are linear: what follows a prefix consumes what it reads, is bounded or excludes the prefix.
 */
const RULES = {
  "private-key": rule("-----begin", redactPrivateKeys),
  jwt: rule("eyj", redactJwts),
  anthropic: token("sk-ant-", BODY, ALONE),
  openai: token("sk-", `(?:(?:proj|svcacct|admin|or-v1)-${BODY}|${MIXED})`, ALONE),
  "aws-access-key": token("AKIA ASIA", "[A-Z\\d]{16,}"),
  github: token("ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", MIXED),
  gitlab: token(
    "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt- glagent- gloas- glsoat- glffct-",
    `${BODY}(?:\\.[\\w-]+){0,4}`,
  ),
  slack: token("xoxa- xoxb- xoxe- xoxo- xoxp- xoxr- xoxs- xapp-", BODY),
  "slack-webhook": after("hooks.slack.com", () => /(hooks\.slack\.com\/\w+\/)([\w+/-]{16,})/g),
  "discord-webhook": after("/webhooks/", () => /(\/webhooks\/\d{1,24}\/)([\w-]{16,})/g),
  google: token("AIza ya29. GOCSPX-", `${BODY}(?:\\.${BODY})?`),
  npm: token("npm_", MIXED),
  pypi: token("pypi-AgE", BODY),
  stripe: token("sk_live_ sk_test_ rk_live_ rk_test_ whsec_", `${MIXED}[+/=]*`),
  sendgrid: token("SG.", `[\\w-]{22}(?:\\.${BODY}|\\.?$)`, ALONE),
  twilio: { hints: "twilio", apply: token("SK", "[\\da-f]{32}(?![\\w-])", ALONE).apply },
  "hugging-face": token("hf_", "(?:[A-Za-z\\d]{30,}|\\w{16,}$)", ALONE),
  digitalocean: token("dop_v1_ doo_v1_ dor_v1_", "[\\da-f]{16,}"),
  docker: token("dckr_pat_ dckr_oat_", BODY),
  databricks: token("dapi", "[\\da-f]{16,}"),
  linear: token("lin_api_ lin_oauth_", MIXED),
  notion: token("ntn_", MIXED),
  telegram: rule(":aa", (text, mark) => text.replace(/\d{8,10}:AA[\w-]{16,}/g, mark)),
  "azure-storage-key": after("accountkey=", () => /(AccountKey=)([\w+/]{16,}={0,2})/gi),
  authorization: after("authorization bearer", authorization),
  cookie: after(
    "cookie",
    () =>
      /(cookie(?:\\{0,7}["'`]\]?)?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,7}["'`]?)([\w.$-]{1,128}=(?![=>])[^\r\n"'`\\]+)/gi,
  ),
  "url-password": after("://", () => /(:\/\/[^\s/:@"'`<[]*:)((?!\d+[?#])[^\s/"'`<>\\]+)(?=@\S)/g),
  assignment: rule("passw passp _pass pwd secret token credential _auth key", redactAssignments),
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

export const RULE_NAMES = Object.keys(RULES) as readonly RuleName[];

/** Of all rules, for one loop to pass over a text that holds none. Gathered at the first use. */
let allHints: readonly string[] = [];

/** Names whose value is a secret. */
const NAME = `pass(?:word|wd|phrase)|_pass|pwd|(?:api|access|private|secret|signing|encryption|account|master|auth)[_ -]?key|secret|token|credentials?|_auth`;
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
const FOLDER = /^(?:[~/.]|[A-Za-z]:[/\\])/;

/**
 * Replaces each secret by `[redacted:<rule>]`. Applied again it changes nothing: the rules are
 * repeated, as what stood beside a secret can look like another once the first is gone.
 */
export function redact(text: string): string {
  let result = applyRules(text);
  for (let last = text, pass = 0; result !== last && pass < 8; pass++) {
    last = result;
    result = applyRules(last);
  }
  return result;
}

function applyRules(text: string): string {
  const lower = text.toLowerCase();
  if (!mayHoldSecret(lower)) return text;
  let result = text;
  for (const name of RULE_NAMES) {
    if (hasAny(lower, listOf(name))) result = RULES[name].apply(result, `[redacted:${name}]`);
  }
  return result;
}

/**
 * A copy of a JSON value with every string redacted, and every string under a key such as `password`
 * replaced. Keys stay. It keeps its own stack, so that no depth of nesting overflows the engine's:
 * members are pushed last first, to leave it in their order. They are defined and not assigned, for
 * an assignment to `__proto__` would set the prototype.
 */
export function redactJson(value: unknown): unknown {
  const root: Record<string, unknown> = {};
  const pending: [into: object, key: string, from: unknown][] = [[root, "root", value]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [into, key, from] = next;
    let copy = from;
    if (typeof from === "string") copy = redactMember(key, from);
    else if (typeof from === "object" && from !== null) {
      const members: object = Array.isArray(from) ? [] : {};
      const entries = Object.entries(from).reverse();
      for (const [name, member] of entries) pending.push([members, name, member]);
      copy = members;
    }
    Object.defineProperty(into, key, { value: copy, ...OWN });
  }
  return root["root"];
}

const OWN = { configurable: true, enumerable: true, writable: true };

function redactMember(key: string, value: string): string {
  const name = key.toLowerCase();
  const secretName = `.*(?:${NAME}|authorization|cookie)([\\w-]{0,24})$`;
  const last = value !== "" && mayHoldSecret(name) ? new RegExp(secretName).exec(name) : null;
  if (last === null || !isQualifier(last[1] ?? "")) return redact(value);
  const kept = /^\[redacted:[\w-]+\]$/.test(value) || (name.endsWith("pwd") && FOLDER.test(value));
  return kept ? redact(value) : "[redacted:assignment]";
}

function mayHoldSecret(lower: string): boolean {
  if (allHints.length === 0) allHints = listOf(...RULE_NAMES);
  return hasAny(lower, allHints);
}

/** A loop, because the first use of `Array.prototype.some` takes a quarter of a millisecond. */
function hasAny(lower: string, hints: readonly string[]): boolean {
  for (const hint of hints) if (lower.includes(hint)) return true;
  return false;
}

function listOf(...names: readonly RuleName[]): readonly string[] {
  let hints = "";
  for (const name of names) hints += ` ${RULES[name].hints}`;
  return hints.slice(1).toLowerCase().split(" ");
}

function rule(hints: string, apply: Rule["apply"]): Rule {
  return { hints, apply };
}

/** What begins with one of the prefixes, which are its hints, and goes on with `body`. */
function token(prefixes: string, body: string, start = ""): Rule {
  return rule(prefixes, (text, mark) => {
    const any = prefixes.replaceAll(".", "\\.").replaceAll(" ", "|");
    return text.replace(new RegExp(`${start}(?:${any})${body}`, "g"), mark);
  });
}

/** Keeps the first group and replaces the second, unless that is a reference such as `$TOKEN`. */
function after(hints: string, pattern: () => RegExp): Rule {
  return rule(hints, (text, mark) =>
    text.replace(pattern(), (match: string, kept: string, value: string) =>
      isPlaceholder(value) ? match : kept + mark,
    ),
  );
}

/** With a known scheme anything is a credential; with another or none, what has a digit. */
function authorization(): RegExp {
  return /(authorization(?:\\{0,7}["'`]\]?)?[ \t]{0,4}[:=,][ \t]{0,4}\\{0,7}["'`]?(?:(?:bearer|basic|token|bot|apikey|negotiate|ntlm)[ \t]{1,4}|(?=digest[ \t])|(?:[a-z][\w-]{0,30}[ \t]{1,4})?(?=[^\s"'`\\,;<>]{0,64}\d)(?=[^\s"'`\\,;<>]{8}))|\bbearer[ \t]{1,4}(?=[\w.~+/-]{0,64}\d)(?=[\w.~+/-]{16}))((?:digest|aws4-hmac-sha256)[ \t][^\r\n']+|[^\s"'`\\,;<>]+)/gi;
}

/** A block without its END loses what looks like key lines; the mere mention of a BEGIN stays. */
function redactPrivateKeys(text: string, mark: string): string {
  const block =
    /-----BEGIN (?:[A-Z\d]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----([\s\S]*?)(?:(-{5,6}END[^-]{0,60}-{5})|(?=-{5})|$)/g;
  const lines =
    /^(?:(?:[\s"'`+,|>→-]|\\[nrt]|\d{1,6}[→\t:|]){1,24}(?:[A-Za-z\d+/]{16,}={0,2}|[\w-]{1,30}: [^\n\\]{0,200}))*(?:(?:\s|\\[nrt]){1,24}[A-Za-z\d+/=]+$)?/;
  return text.replace(block, (match: string, body: string, end: string | undefined) => {
    const rest = end === undefined ? body.replace(lines, "") : "";
    return end === undefined && rest === body ? match : mark + rest;
  });
}

/** Also one that is cut in its second segment. */
function redactJwts(text: string, mark: string): string {
  return text.replace(/eyJ[\w-]*(?:\.{1,2}[\w-]+){0,4}/g, (match: string) =>
    /^eyJ[\w-]{8,}\.(?:eyJ[\w-]{8,}|[\w-]*\.{1,2}[\w-]{8,})/.test(match) ? mark : match,
  );
}

function redactAssignments(text: string, mark: string): string {
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

function isQualifier(text: string): boolean {
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

function isPlaceholder(value: string): boolean {
  if (value.length > REFERENCE_LIMIT) return false;
  return value === "" || WORDS.includes(` ${value.toLowerCase()} `) || REFERENCE.test(value);
}
