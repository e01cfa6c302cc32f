import type { Rule } from "../rule.ts";
import { isKind, isPlaceholder, isRandom, quotedEnd } from "../values.ts";
import { callsWithFlag, lineEnd, lineStart, nextFlagged, type Span } from "./lines.ts";
import { FLAGLESS_SIGNS, type Position, type Tool, tools } from "./tool-table.ts";

/** What has been read of a command line so far. */
interface Line {
  /** The rows of the tool that is called. */
  called: readonly Tool[];
  /** What `echo` writes, which may be piped into the next tool. */
  fed: Span | null;
  /** Whether the tool takes what is fed to it as a secret. */
  takesFed: boolean;
}

/** The secrets that tools take in a position of their own. */
export function commandLine(): Rule {
  let named: Named | null = null;
  return {
    hints: FLAGLESS_SIGNS.flatMap(([, words]) => words.split("|")),
    occursIn: callsWithFlag,
    apply: (text, mark) =>
      redactCommandLines(text, mark, () => {
        named ??= byFirstWord(tools());
        return named;
      }),
    sample: "curl -u me:«{16}» h; echo «{16}» | docker login --password-stdin",
    decoy: "curl -u me:$P h; docker run -p 8080:80 x",
  };
}

/** What of a line matters; the rest is passed over. */
const PARTS = [
  String.raw`((?<!\\)(?:\n|\\n)|;|&&|\||["'\x60](?=[,)\]}]))`, // the end of a command
  String.raw`((?<![\w.-])(?:echo|printf)(?:[ \t]+-[neE]+)*(?=[ \t])|<<<)`, // what feeds the next
  String.raw`(?<![\w.-])([a-z\d][\w-]*)(?=(?:\.exe)?(?![\w./:=@-]))`, // a word
  String.raw`(?<=\s)(--?[A-Za-z][\w-]*)`, // a flag
].join("|");

/** The tools by the first words of their names. */
type Named = Map<string, { readonly name: string; readonly row: Tool }[]>;

function byFirstWord(rows: readonly Tool[]): Named {
  const named: Named = new Map();
  for (const row of rows) {
    for (const name of row[0].split(",")) {
      const first = name.includes(" ") ? name.slice(0, name.indexOf(" ")) : name;
      const others = named.get(first);
      if (others === undefined) named.set(first, [{ name, row }]);
      else others.push({ name, row });
    }
  }
  return named;
}

/** Only the lines are read in which a tool may be called that takes a secret: most cost less to be passed over. */
function redactCommandLines(text: string, mark: string, named: () => Named): string {
  const secrets: Span[] = [];
  for (const start of likelyLines(text)) {
    const tools = named();
    if (namesTool(text.slice(start, lineEnd(text, start)), tools)) {
      readLine(text, start, tools, secrets);
    }
  }
  return secrets.length === 0 ? text : replaced(text, secrets, mark);
}

/** Where the lines begin that have a flag with which some tool takes a secret, or part of the name of one that needs none. */
function likelyLines(text: string): Set<number> {
  const starts = new Set<number>();
  for (const [needs, signs] of FLAGLESS_SIGNS) {
    if (!text.includes(needs)) continue;
    for (const sign of signs.split("|")) {
      for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, lineEnd(text, at))) {
        starts.add(lineStart(text, at));
      }
    }
  }
  for (let line = nextFlagged(text, 0); line !== null; line = nextFlagged(text, line.end)) {
    starts.add(line.start);
  }
  return starts;
}

function namesTool(line: string, named: Named): boolean {
  const words = /(?<![\w.-])[a-z\d][\w-]*(?=(?:\.exe)?(?![\w./:=@-]))/g;
  for (let word = words.exec(line); word !== null; word = words.exec(line)) {
    if (named.has(word[0])) return true;
  }
  return false;
}

/** Adds the secrets of a line. */
function readLine(text: string, start: number, named: Named, secrets: Span[]): void {
  const line: Line = { called: [], fed: null, takesFed: false };
  const parts = new RegExp(PARTS, "g");
  parts.lastIndex = start;
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    const [, end, feeder, word, flag] = part;
    if (end === "\n") return;
    if (end !== undefined) endCommand(line, end);
    else if (feeder !== undefined) feed(text, parts.lastIndex, feeder, line, secrets);
    else if (flag !== undefined) takeFlag(text, parts.lastIndex, flag, line, secrets);
    else if (word !== undefined) call(text, part.index, word, named, line, secrets);
  }
}

function endCommand(line: Line, end: string): void {
  if (end !== "|") line.fed = null;
  line.called = [];
  line.takesFed = false;
}

/** `echo S`, and `<<< S`, which follows its tool. */
function feed(text: string, at: number, feeder: string, line: Line, secrets: Span[]): void {
  let word = readWord(text, at);
  // The first is a format: printf '%s' S.
  if (feeder.startsWith("printf") && text.slice(word.start, word.end).includes("%")) {
    word = readWord(text, word.end + (text.slice(word.end).startsWith(" ") ? 0 : 1));
  }
  if (feeder === "<<<" && line.takesFed) secrets.push(...secretIn(text, word, "word"));
  else line.fed = word;
}

/** Calls the tool whose name stands here, if one does, which may take a secret without a flag. */
function call(text: string, at: number, word: string, named: Named, line: Line, secrets: Span[]) {
  const called = (named.get(word) ?? []).filter(({ name }) => isNamed(text, at, name));
  if (called.length === 0) return;
  line.called = called.map(({ row }) => row);
  for (const { name, row } of called) {
    const [, flags, position] = row;
    if (flags !== "") continue;
    if (position === "stdin") takeFed(text, line, secrets);
    else secrets.push(...argument(text, at + name.length));
  }
}

function isNamed(text: string, at: number, name: string): boolean {
  const next = text.slice(at + name.length, at + name.length + 5);
  return text.startsWith(name, at) && /^(?:\.exe)?(?![\w./:=@-])/.test(next);
}

function takeFlag(text: string, at: number, flag: string, line: Line, secrets: Span[]): void {
  for (const row of line.called) {
    const [, flags, position] = row;
    const mayJoin = position === "pair" || position === "stdin";
    const isOwn = flags.split(" ").some((own) => own === flag || (mayJoin && isLast(own, flag)));
    if (position !== "stdin") secrets.push(...flagValue(text, at, flag, row, isOwn));
    else if (isOwn) takeFed(text, line, secrets);
  }
}

/** `-u` at the end of `-sSu`. */
function isLast(own: string, flag: string): boolean {
  return own.length === 2 && /^-[A-Za-z]{2,}$/.test(flag) && flag.endsWith(own.charAt(1));
}

function takeFed(text: string, line: Line, secrets: Span[]): void {
  line.takesFed = true;
  if (line.fed !== null) secrets.push(...secretIn(text, line.fed, "word"));
  line.fed = null;
}

/** The value of a flag that ends at `at`: `-p S`, `--user=S`, `-p'S'`, `-pS`. */
function flagValue(text: string, at: number, flag: string, row: Tool, isOwn: boolean): Span[] {
  const [, flags, position] = row;
  if (isOwn) {
    const before = position === "attached" ? /(?=\\{0,7}["'`])/y : /[ \t]+|=|(?=\\{0,7}["'`])/y;
    before.lastIndex = at;
    if (!before.test(text)) return [];
    const word = readWord(text, before.lastIndex);
    // 'user':'password'
    const joined = position === "pair" && /^["'`]:/.test(text.slice(word.end, word.end + 2));
    return joined
      ? secretIn(text, readWord(text, word.end + 2), "word")
      : secretIn(text, word, position);
  }
  const short = flags.split(" ").find((name) => name.length === 2 && flag.startsWith(name));
  if (short === undefined || flag.startsWith("--")) return [];
  const word = readWord(text, at - flag.length + 2);
  // `-port` is another flag.
  const isValue = position === "attached" || /[\d:,%]/.test(text.slice(word.start, word.end));
  return isValue ? secretIn(text, word, position) : [];
}

/** The first of the next words that looks drawn by lot. */
function argument(text: string, at: number): Span[] {
  let word = readWord(text, at);
  for (let words = 0; words < MOST_ARGUMENTS && word.end > word.start; words++) {
    const [secret] = secretIn(text, word, "argument");
    if (secret !== undefined) return [secret];
    word = readWord(text, /["'`]/.test(text.charAt(word.end)) ? word.end + 1 : word.end);
  }
  return [];
}

const MOST_ARGUMENTS = 6;

/** The next word, without its quotes. */
function readWord(text: string, at: number): Span {
  const quoted = /[ \t]*(\\{0,7})(["'`])/y;
  quoted.lastIndex = at;
  const opening = quoted.exec(text);
  if (opening !== null) {
    const start = quoted.lastIndex;
    return { start, end: quotedEnd(text, start, opening[2] ?? "", opening[1]?.length ?? 0) };
  }
  const bare = /[ \t]*((?:[^\s\\"'`;|&<>]|\\(?![nrt"'`]))*)/y;
  bare.lastIndex = at;
  const word = bare.exec(text)?.[1] ?? "";
  const end = bare.lastIndex;
  // The rest of `$(tool -pS)`.
  const closed = word.endsWith(")") && !word.includes("(") ? 1 : 0;
  return { start: end - word.length, end: end - closed };
}

/** What of a word is the secret: one or none. */
function secretIn(text: string, { start, end }: Span, position: Position): Span[] {
  const word = text.slice(start, end);
  const whole = [{ start, end }];
  switch (position) {
    case "pair":
      return passwordIn(word, start);
    case "cookie":
      return /^[^=\s]+=[^\s=]/.test(word) && !isPlaceholder(word.replace(/^[^=]*=/, ""))
        ? whole
        : [];
    case "source":
      return word.startsWith("pass:") && isGiven(word.slice(5)) ? [{ start: start + 5, end }] : [];
    case "likely":
    case "argument":
      return isRandom(word, 8) ? whole : [];
    case "attached":
      return isGiven(word) ? whole : [];
    case "word":
    case "stdin":
      return isGiven(word) && !word.startsWith("-") ? whole : [];
  }
}

/** Of `user:password`, or the token that stands for a user without a password. */
function passwordIn(pair: string, start: number): Span[] {
  const at = pair.includes(":") ? pair.indexOf(":") : pair.search(/[,%]/);
  if (at < 0 || pair.includes("[redacted:")) return [];
  const end = start + pair.length;
  if (at === pair.length - 1)
    return isRandom(pair.slice(0, at), 10) ? [{ start, end: end - 1 }] : [];
  return isGiven(pair.slice(at + 1)) ? [{ start: start + at + 1, end }] : [];
}

/** No variable and no `PASSWORD`. */
function isGiven(word: string): boolean {
  return !(isPlaceholder(word) || isKind(word) || /^[A-Z_]+$/.test(word));
}

function replaced(text: string, secrets: readonly Span[], mark: string): string {
  let result = "";
  let done = 0;
  for (const { start, end } of secrets.toSorted((a, b) => a.start - b.start)) {
    if (start < done) continue;
    result += text.slice(done, start) + mark;
    done = end;
  }
  return result + text.slice(done);
}
