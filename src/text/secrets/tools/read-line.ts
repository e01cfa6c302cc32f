import type { Span } from "./lines.ts";
import { argumentIn, isGiven, secretIn } from "./secret-in.ts";
import type { Tool } from "./tool-table.ts";
import { documentAfter, readWord, readWords } from "./words.ts";

/** What has been read of a command line so far. */
interface Line {
  readonly text: string;
  readonly secrets: Span[];
  /** The rows of the tool that is called, and where its name ends. */
  called: readonly Tool[];
  calledAt: number;
  /** What `echo` writes, and what of that is piped into the tool. */
  echoed: readonly Span[];
  echoedTo: number;
  fed: readonly Span[];
  /** Whether the tool takes what is fed to it as a secret. */
  takesFed: boolean;
  /** Whether several commands feed the next: `(echo a; echo b) | tool`. */
  isGroup: boolean;
}

/** What of a line matters; the rest is passed over. */
const PARTS = [
  String.raw`((?<!\\)(?:\n|\\n)|;|&&|\||["'\x60](?=[,)\]}]))`, // the end of a command
  String.raw`((?<![\w.-])(?:echo|printf|yes)(?:[ \t]+-[neE]+)*(?=[ \t])|<<<?)`, // what feeds the next
  String.raw`(?<![\w.-])([a-z\d][\w-]*)(?=(?:\.exe)?(?![\w./:=@-]))`, // a word
  String.raw`(?<=\s)(--?[A-Za-z][\w-]*)`, // a flag
].join("|");

/** The tools by the first words of their names. */
export type ToolsByWord = ReadonlyMap<
  string,
  readonly { readonly name: string; readonly row: Tool }[]
>;

/** The secrets of the line that begins at `start`. */
export function readLine(text: string, start: number, named: ToolsByWord): readonly Span[] {
  const line: Line = {
    text,
    secrets: [],
    called: [],
    calledAt: 0,
    echoed: [],
    echoedTo: 0,
    fed: [],
    takesFed: false,
    isGroup: false,
  };
  const parts = new RegExp(PARTS, "g");
  parts.lastIndex = start;
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    const [, end, feeder, word, flag] = part;
    if (end === "\n") break;
    // echo "a\nb"
    if (end === "\\n" && part.index < line.echoedTo) continue;
    if (end !== undefined) endCommand(line, end);
    else if (feeder !== undefined) feed(line, part.index, feeder);
    else if (flag !== undefined) takeFlag(line, parts.lastIndex, flag);
    else if (word !== undefined) call(line, part.index, named.get(word) ?? []);
  }
  return line.secrets;
}

function endCommand(line: Line, end: string): void {
  if (end === "|") {
    line.isGroup = false;
    if (line.echoed.length > 0) line.fed = line.echoed;
  } else line.fed = [];
  if (!line.isGroup) line.echoed = [];
  line.called = [];
  line.takesFed = false;
}

/** `echo S`, or `<<< S` and `<<EOF`, which follow their tool, as `<(echo S)` does. */
function feed(line: Line, start: number, feeder: string): void {
  const { text } = line;
  const at = start + feeder.length;
  const isAfter = feeder.startsWith("<") || text.startsWith("<(", start - 2);
  const words = wordsFed(text, at, feeder);
  line.echoedTo = feeder === "<<" ? 0 : (words.at(-1)?.end ?? 0);
  if (isAfter && (line.takesFed || isSecretFile(text.slice(Math.max(0, start - 60), start)))) {
    for (const word of words) line.secrets.push(...secretIn(text, word, "stdin"));
    return;
  }
  if (/[({]\s*$/.test(text.slice(Math.max(0, start - 3), start))) line.isGroup = true;
  line.echoed = line.isGroup ? [...line.echoed, ...words] : words;
}

function wordsFed(text: string, at: number, feeder: string): readonly Span[] {
  if (feeder === "<<<") return [readWord(text, at)];
  if (feeder === "<<") {
    const document = documentAfter(text, at);
    return document === null ? [] : [document];
  }
  const words = readWords(text, at);
  const [first] = words;
  // The first is a format: printf '%s' S.
  const isFormat = feeder.startsWith("printf") && first !== undefined;
  return isFormat && text.slice(first.start, first.end).includes("%") ? words.slice(1) : words;
}

/** `--password-file=<(`, `private-key <(`: a file that is made for its content. */
function isSecretFile(before: string): boolean {
  return /(?:pass(?:word|phrase|wd)?|secret|token|key)(?:-file)?[= ]<\($/.test(before);
}

/** Calls the tool whose name stands here, if one does, which may take a secret without a flag. */
function call(line: Line, at: number, tools: readonly { name: string; row: Tool }[]): void {
  // The `mysql` of `az mysql`.
  if (at < line.calledAt) return;
  const called: Tool[] = [];
  for (const { name, row } of tools) {
    const end = nameEnd(line.text, at, name);
    if (end < 0) continue;
    called.push(row);
    line.calledAt = end;
    const [, flags, position] = row;
    if (flags !== "") continue;
    if (position === "stdin") takeFed(line);
    else takeWords(line, position === "member");
  }
  if (called.length > 0) line.called = called;
}

/** Where the name ends, or less than 0. Between its words may be options: `kubectl -n a create secret`. */
function nameEnd(text: string, at: number, name: string): number {
  const words = name.replaceAll(".", "\\.").split(" ");
  const options = String.raw`(?:[ \t]{1,8}-[^\s-]?\S{0,80}(?:[ \t]{1,8}[^\s-]\S{0,80})??){0,4}[ \t]{1,8}`;
  const pattern = new RegExp(`${words.join(options)}(?=(?:\\.exe)?(?![\\w./:=@-]))`, "y");
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

function takeWords(line: Line, areMembers: boolean): void {
  const words = readWords(line.text, line.calledAt);
  if (!areMembers) line.secrets.push(...argumentIn(line.text, words));
  for (const word of areMembers ? words : []) {
    const before = line.text.slice(line.calledAt, word.start);
    // X="S"
    const isValue = word.isQuoted && /=\\{0,7}["'`]$/.test(before);
    line.secrets.push(...secretIn(line.text, word, isValue ? "word" : "member"));
  }
}

function takeFlag(line: Line, at: number, flag: string): void {
  for (const row of line.called) {
    const [, flags, position] = row;
    const mayJoin = position === "pair" || position === "stdin" || position === "argument";
    const isOwn = flags
      .split(" ")
      .some((own) => own === flag || (mayJoin && isJoined(own, flag, position === "argument")));
    if (position === "stdin" && isOwn) takeFed(line);
    else if (position === "argument" && isOwn) takeWords(line, false);
    else if (position !== "stdin" && position !== "argument") {
      line.secrets.push(...flagValue(line.text, at, flag, row, isOwn));
    }
  }
}

/** `-u` at the end of `-sSu`, or anywhere where it takes no value. */
function isJoined(own: string, flag: string, anywhere: boolean): boolean {
  if (own.length !== 2 || !/^-[A-Za-z]{2,}$/.test(flag)) return false;
  return anywhere ? flag.includes(own.charAt(1)) : flag.endsWith(own.charAt(1));
}

function takeFed(line: Line): void {
  line.takesFed = true;
  for (const word of line.fed) line.secrets.push(...secretIn(line.text, word, "stdin"));
  line.fed = [];
}

/** The value of a flag that ends at `at`: `-p S`, `--user=S`, `-p'S'`, `-pS`. */
function flagValue(text: string, at: number, flag: string, row: Tool, isOwn: boolean): Span[] {
  const [, flags, position] = row;
  if (isOwn) {
    const before = position === "attached" ? /(?=\\{0,7}["'`])/y : /[ \t]+|=|(?=\\{0,7}["'`])/y;
    before.lastIndex = at;
    if (!before.test(text)) return [];
    return secretOf(text, before.lastIndex, row);
  }
  const short = flags.split(" ").find((name) => name.length === 2 && flag.startsWith(name));
  if (short === undefined || flag.startsWith("--")) return [];
  const word = readWord(text, at - flag.length + 2);
  // `-port` is another flag.
  const isValue = position === "attached" || /[\d:,%]/.test(text.slice(word.start, word.end));
  return isValue ? secretIn(text, word, position) : [];
}

/** Of the word at `at`, or of what is quoted in it: 'user':'S', user:"S", pass:"S", name="S". */
function secretOf(text: string, at: number, [, , position]: Tool): Span[] {
  const word = readWord(text, at);
  const value = readWord(text, word.isQuoted ? word.next + 1 : word.next);
  const mark = text.charAt(word.isQuoted ? word.next : word.next - 1);
  const isSplit =
    position === "pair" || position === "source"
      ? mark === ":"
      : position === "member" && mark === "=";
  if (!(isSplit && value.isQuoted) || value.start - word.next > 3)
    return secretIn(text, word, position);
  return isGiven(text.slice(value.start, value.end)) ? [value] : [];
}
