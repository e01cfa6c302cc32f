import type { Looks } from "./names.ts";

/** What stands between a name and its value. */
export interface Separator {
  readonly kind:
    | "assign" // = := += .= : ?:
    | "arrow" // =>
    | "otherwise" // || ??, before what stands for a missing value
    | "comma" // setenv("NAME", "value")
    | "pair" // name: NAME, value: …
    | "element" // <key>NAME</key><string>…
    | "tag" // <NAME>…, <entry key="NAME">…
    | "said" // name is value
    | "blank"; // --name value
  /** The quote that ends the name, with its backslashes, or nothing. */
  readonly close: string;
  /** Whether it is `=` or `:-` alone. */
  readonly isAttached: boolean;
  /** How many blanks are before the value. */
  readonly gap: number;
  /** Where the value begins, after its opening quote. */
  readonly start: number;
  /** The opening quote, or nothing, and how many backslashes are before it. */
  readonly quote: string;
  readonly depth: number;
}

/** A name, how it is assigned to, and all else that its value is judged by. */
export interface Assignment extends Separator {
  readonly name: string;
  /** What precedes the name on its line, at most 100 characters. */
  readonly lead: string;
  /** What the value has to look like, since not every name makes a secret of it. */
  readonly looks: Looks;
}

/** Where a separator ends that was found, before blanks and quotes. */
type Found = readonly [kind: Separator["kind"], end: number, isAttached?: boolean];

const MOST_BLANKS = 8;
const MOST_SLASHES = 7;

/** What follows a name that ends at `at`, or null where nothing assigns to it. */
export function readSeparator(text: string, at: number): Separator | null {
  const closing = quoteAt(text, at);
  const afterClose =
    closing === null ? at : closing.end + (text.startsWith("]", closing.end) ? 1 : 0);
  const close = text.slice(at, afterClose);
  const found =
    saidAt(text, afterClose) ??
    prosaicAt(text, afterClose) ??
    pairAt(text, afterClose) ??
    tagAt(text, at, afterClose) ??
    operatorAt(text, afterClose) ??
    blankAt(text, afterClose);
  if (found === null) return null;
  const [kind, end, isAttached = false] = found;
  const valueAt = skipBlanks(text, end);
  const opening = openingAt(text, valueAt);
  return {
    kind,
    close,
    isAttached: isAttached && valueAt === end,
    gap: valueAt - end,
    start: opening?.end ?? valueAt,
    quote: opening?.quote ?? "",
    depth: opening?.depth ?? 0,
  };
}

interface Quote {
  readonly quote: string;
  readonly depth: number;
  readonly end: number;
}

/** A quote with the backslashes of the strings around it. */
function quoteAt(text: string, at: number): Quote | null {
  let end = at;
  while (end - at < MOST_SLASHES && text.charAt(end) === "\\") end++;
  const quote = text.charAt(end);
  const isQuote = quote === '"' || quote === "'" || quote === "`";
  return isQuote ? { quote, depth: end - at, end: end + 1 } : null;
}

/** The quote of a value, which may be marked: b"", f"", @"", $"". */
function openingAt(text: string, at: number): Quote | null {
  for (let marks = 0; marks <= 2; marks++) {
    const opening = quoteAt(text, at + marks);
    if (opening !== null) return opening;
    if (!"bruf@$lBRUFL".includes(text.charAt(at + marks) || " ")) return null;
  }
  return null;
}

function skipBlanks(text: string, at: number): number {
  let end = at;
  while (end - at < MOST_BLANKS) {
    const char = text.charAt(end);
    if (char === " " || char === "\t") end++;
    else if (char === "\\" && text.charAt(end + 1) === "t") end += 2;
    else break;
  }
  return end;
}

/** How a sentence goes on after a name that it tells the value of, by its first four characters. */
export const GOES_ON = " is | was| are| to | for| of | on | sho| mus| wil| ist| est| es | è | é ";

/** `is`, `for the server is`, `should be`, `is set to`; and in a few other languages. */
const SAYS =
  /^(?: (?:for|of|on|to)(?: [\w.@:/'-]{1,40}){1,4}?)? (?:(?:is|was|are|(?:should|must|will) be)(?: now| still| just)?(?: set| changed)?(?: to)?|to|ist|est|es|è|é)(?::|(?= ))/;

/** What a sentence tells after a name: `password is hunter2`. */
function saidAt(text: string, at: number): Found | null {
  if (text.startsWith(" (", at) || text.startsWith(" →", at)) return ["said", at + 2];
  if (!GOES_ON.includes(text.slice(at, at + 4))) return null;
  const said = SAYS.exec(text.slice(at, at + 120));
  return said === null ? null : ["said", at + said[0].length];
}

/** A blank before a word of prose, which is most frequent: nothing else needs to be tried. */
function prosaicAt(text: string, at: number): Found | null {
  const next = text.charAt(at + 1);
  if (text.charAt(at) !== " " || next < "a" || next > "z") return null;
  const ahead = text.slice(at, at + 140);
  const mayBeMore = ahead.includes("=") || ahead.includes(">") || ahead.includes("alue");
  return mayBeMore ? null : ["blank", at];
}

function blankAt(text: string, at: number): Found | null {
  const end = skipBlanks(text, at);
  return end > at ? ["blank", at] : null;
}

/** A name and its value as the members of a pair, or as elements beside each other. */
function pairAt(text: string, at: number): Found | null {
  const next = text.charAt(at);
  if (next === "" || !" \t\r\n,;\\<".includes(next)) return null;
  const ahead = text.slice(at, at + 80);
  const lower = ahead.toLowerCase();
  if (!lower.includes("value") && !lower.includes("string>")) return null;
  const pattern = next === "<" ? NEXT_ELEMENT : NEXT_MEMBER;
  const match = new RegExp(`^${pattern}`, "i").exec(ahead);
  return match === null ? null : [next === "<" ? "element" : "pair", at + match[0].length];
}

/** Also as the escapes of a string. */
const SPACE = String.raw`(?:\s|\\[nrt])`;
const NEXT_MEMBER = String.raw`(?:[,;]|${SPACE}){1,40}(?:\\{0,7}["'\x60])?(?:parameter|default)?value(?:\\{0,7}["'\x60])?[ \t]{0,4}[:=]`;
const NEXT_ELEMENT = String.raw`<\/(?:key|name)>${SPACE}{0,40}<(?:string|value)>${SPACE}{0,40}`;

/** The rest of the tag that the name begins, or that it is an attribute of. */
function tagAt(text: string, at: number, afterClose: number): Found | null {
  const next = text.charAt(afterClose);
  if (next !== ">" && next !== " ") return null;
  const before = text.slice(Math.max(0, at - 140), afterClose);
  const opened = before.lastIndexOf("<");
  if (opened < 0) return null;
  const name = /^<(?:[\w:.-]+|\w+ [^<>\n]*(?:key|name)=\\{0,7}["'][\w:.-]+\\{0,7}["'])$/i;
  if (!name.test(before.slice(opened))) return null;
  const rest = /^(?: [^<>\n]{0,100})?>(?:\s|\\[nrt]){0,40}/.exec(
    text.slice(afterClose, afterClose + 150),
  );
  return rest === null ? null : ["tag", afterClose + rest[0].length];
}

function operatorAt(text: string, from: number): Found | null {
  const at = skipBlanks(text, from);
  const isQuoted = (end: number) => quoteAt(text, skipBlanks(text, end)) !== null;
  switch (text.charAt(at)) {
    case "=":
      return equalsAt(text, at, from, isQuoted);
    case ":":
    case "：":
      return colonAt(text, at, from);
    case ",":
      return isQuoted(at + 1) ? ["comma", at + 1] : null;
    default:
      return rareAt(text, at, isQuoted);
  }
}

/** No comparison, and an arrow only where it leads to a text. */
function equalsAt(
  text: string,
  at: number,
  from: number,
  isQuoted: (end: number) => boolean,
): Found | null {
  const next = text.charAt(at + 1);
  if (next === ">") return isQuoted(at + 2) ? ["arrow", at + 2] : null;
  return next === "=" || next === "~" ? null : ["assign", at + 1, at === from];
}

function colonAt(text: string, at: number, from: number): Found | null {
  const next = text.charAt(at + 1);
  if (next === "=") return ["assign", at + 2];
  if (next === ":") return longSignAt(text, at);
  // ${NAME:-value}
  if (next === "-")
    return /[^\s}]/.test(text.charAt(at + 2)) ? ["assign", at + 2, at === from] : null;
  const ahead = text.slice(at, at + 44);
  // name: string = "value"
  const pattern = /^:[ \t]?[A-Za-z_&][\w.<>|[\] ?']{0,30}?[ \t]=(?=[ \t])/;
  const typed = ahead.includes("= ") ? pattern.exec(ahead) : null;
  return ["assign", at + (typed?.[0].length ?? 1)];
}

function longSignAt(text: string, at: number): Found | null {
  const sign = /^(?:\[\d{0,6}\] ?)?[?:+|.]{0,3}=(?![=>~])/.exec(text.slice(at, at + 16));
  return sign === null ? null : ["assign", at + sign[0].length];
}

/** `?:`, `+=`, `[] =`, `||`, and a type between the name and `=`. */
function rareAt(text: string, at: number, isQuoted: (end: number) => boolean): Found | null {
  const char = text.charAt(at);
  if (char !== "" && "?+|.[".includes(char)) {
    const two = text.slice(at, at + 2);
    if ((two === "||" || two === "??") && isQuoted(at + 2)) return ["otherwise", at + 2];
    return two === "?:" ? colonAt(text, at + 1, -1) : longSignAt(text, at);
  }
  // var name string = "value"
  if (char !== "s" && char !== "S" && char !== "t" && char !== "c") return null;
  const type = /^(?:string|String|str|text|char) ?=(?![=>])/.exec(text.slice(at, at + 10));
  return type === null ? null : ["assign", at + type[0].length];
}
