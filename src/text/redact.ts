import {
  FOLDER,
  isPlaceholder,
  isQualifier,
  NAME,
  redactAssignments,
} from "./redact-assignment.ts";

/** Before a cut this much is given up, since it may be the beginning of a secret. */
const MARGIN_CHARS = 1024;

/** Redacts the beginning of a text as if it were redacted whole: what stands at the cut goes. */
export function redactBeginning(
  text: string,
  chars: number,
  redact: (text: string) => string,
): string {
  const look = chars + MARGIN_CHARS;
  if (text.length <= look) return redact(text.toWellFormed());
  const redacted = redact(text.slice(0, look).toWellFormed());
  // What was redacted is shorter and brings the cut nearer.
  return redacted.slice(0, -MARGIN_CHARS);
}

/**
 * How much of a value is still wanted, counted over all its texts in their order. To redact costs far more
 * than to read, so that megabytes of which the beginning is kept must be cut first.
 */
export class Cut {
  #left: number;
  #wasCut = false;

  constructor(chars: number) {
    this.#left = chars;
  }

  /** Whether anything was left out. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  /** Counts a member, by the least that it takes in JSON; false where nothing more is wanted. */
  takes(key: string, isListed: boolean): boolean {
    if (this.#left <= 0) this.#wasCut = true;
    this.#left -= isListed ? 2 : key.length + 4;
    return !this.#wasCut;
  }

  /** The beginning of a text, redacted. */
  apply(text: string, redact: (text: string) => string): string {
    const wanted = Math.max(this.#left, 0);
    this.#left -= text.length;
    if (text.length > wanted) this.#wasCut = true;
    return redactBeginning(text, wanted, redact);
  }

  /** As many members as can be wanted at most. */
  membersOf(value: object): object {
    const most = Math.max(this.#left, 0) / 2 + 1;
    if (Array.isArray(value)) return value.length <= most ? value : value.slice(0, most);
    const members: Record<string, unknown> = {};
    let count = 0;
    for (const key in value) {
      if (count++ > most) break;
      Object.defineProperty(members, key, { value: Reflect.get(value, key), enumerable: true });
    }
    return members;
  }
}

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
  if (!hasHint(lower)) return text;
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
 * @param cut where only the beginning is wanted: what is left of it bounds all text, in its order
 */
export function redactJson(value: unknown, cut: Cut | null = null): unknown {
  const root: Record<string, unknown> = {};
  const pending: Member[] = [[root, "root", value]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [into, key, from] = next;
    if (cut !== null && into !== root && !cut.takes(key, Array.isArray(into))) break;
    let copy = from;
    if (typeof from === "string") copy = redactText(key, from, cut);
    else if (typeof from === "object" && from !== null) copy = pushMembers(from, cut, pending);
    Object.defineProperty(into, key, { value: copy, ...OWN });
  }
  return root["root"];
}

type Member = readonly [into: object, key: string, from: unknown];

/** @returns the copy that the members are put into */
function pushMembers(from: object, cut: Cut | null, pending: Member[]): object {
  const copy = Array.isArray(from) ? [] : {};
  const entries = Object.entries(cut?.membersOf(from) ?? from).reverse();
  for (const [name, member] of entries) pending.push([copy, name, member]);
  return copy;
}

function redactText(key: string, text: string, cut: Cut | null): string {
  return cut === null
    ? redactMember(key, text)
    : cut.apply(text, (part) => redactMember(key, part));
}

const OWN = { configurable: true, enumerable: true, writable: true };

function redactMember(key: string, value: string): string {
  const name = key.toLowerCase();
  const secretName = `.*(?:${NAME}|authorization|cookie)([\\w-]{0,24})$`;
  const last = value !== "" && hasHint(name) ? new RegExp(secretName).exec(name) : null;
  if (last === null || !isQualifier(last[1] ?? "")) return redact(value);
  const kept = /^\[redacted:[\w-]+\]$/.test(value) || (name.endsWith("pwd") && FOLDER.test(value));
  return kept ? redact(value) : "[redacted:assignment]";
}

/** Whether a text has a sign of a secret; one that has none is left as it is by `redact`. */
export function mayHoldSecret(text: string): boolean {
  return hasHint(text.toLowerCase());
}

function hasHint(lower: string): boolean {
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
