import { type Dialect, splitCommands } from "../text/shell-words.ts";
import { HANDED_ON, HANDED_ON_END } from "./hook-command.ts";

/** What a command of ours says. */
export interface OwnCommand {
  readonly program: string;
  readonly agent: string;
  /** The agent's event, or null where the command names none. */
  readonly event: string | null;
  /** The home that the command names, or null where it names none. */
  readonly home: string | null;
  /** Whether the agent waits until the call has ended. */
  readonly isWaitedFor: boolean;
}

/** The shells for which a command may be written, the likeliest first. */
function likelyDialects(command: string): readonly Dialect[] {
  if (/^\s*(\$env:|&)/iu.test(command)) return ["powershell", "posix", "cmd"];
  return /^\s*set\s|2>\s*nul\b/iu.test(command)
    ? ["cmd", "posix", "powershell"]
    : ["posix", "powershell", "cmd"];
}

const ASSIGNMENT = /^(\$env:)?[A-Za-z_]\w*=/iu;

/** The words of a command without those that only set its environment. */
function bareWords(words: readonly string[]): readonly string[] {
  if (words[0]?.toLowerCase() === "set" && ASSIGNMENT.test(words[1] ?? "")) return [];
  const first = words.findIndex(
    (word) => !ASSIGNMENT.test(word) && !["env", "exec", "command"].includes(word),
  );
  return first < 0 ? [] : words.slice(first);
}

/** The home that the words of a line set, the last one of several. */
function homeIn(commands: readonly (readonly string[])[]): string | null {
  const homes = commands
    .flat()
    .flatMap((word) => /^(?:\$env:)?MM_HOME=(.*)$/su.exec(word)?.[1] ?? []);
  return homes.at(-1) ?? null;
}

function isGuard(words: readonly string[]): boolean {
  return words.length === 1 ? words[0] === "true" || words[0] === ":" : words[0] === "exit";
}

/** Whether a word calls `mm`, wherever it is. */
export function isProgram(word: string): boolean {
  const name = word.slice(Math.max(word.lastIndexOf("/"), word.lastIndexOf("\\")) + 1);
  return /^(mm|mm\.(exe|cmd|ps1))$/u.test(name) || /^mm\.(exe|cmd|ps1)$/iu.test(name);
}

/** Reads `PROGRAM hook AGENT [EVENT …]`, or null. */
export function parseWords(words: readonly string[]): OwnCommand | null {
  const [program, verb, agent, event] = words;
  if (program === undefined || !isProgram(program) || verb !== "hook") return null;
  if (agent === undefined || !/^[a-z][a-z-]*$/u.test(agent)) return null;
  return { program, agent, event: event ?? null, home: null, isWaitedFor: true };
}

/** The call in a command that hands its input on, be it to `sh` for another shell; null for any other command. */
function handedOnCall(line: string): string | null {
  const [words = [], ...more] = splitCommands(line, "posix");
  const isForSh = more.length === 0 && words.length === 4 && line.startsWith("exec sh -c ");
  const script = isForSh ? (words[3] ?? "") : line.trim();
  if (!script.startsWith(HANDED_ON)) return null;
  return script.slice(script.indexOf(";") + 1, script.lastIndexOf(HANDED_ON_END));
}

/**
 * Reads a command line that is a hook call of `mm` and nothing else, for whichever shell it is written and
 * wherever its `mm` is; null for one that does more, since that is somebody's own.
 */
export function parseOwnCommand(line: string): OwnCommand | null {
  const handedOn = handedOnCall(line);
  if (handedOn !== null) {
    const own = parseOwnCommand(handedOn);
    return own === null ? null : { ...own, isWaitedFor: false };
  }
  for (const dialect of likelyDialects(line)) {
    const all = splitCommands(line, dialect);
    const commands = all.map(bareWords).filter((words) => words.length > 0 && !isGuard(words));
    const own = commands.length === 1 ? parseWords(commands[0] ?? []) : null;
    if (own !== null) return { ...own, home: homeIn(all) };
  }
  return null;
}
