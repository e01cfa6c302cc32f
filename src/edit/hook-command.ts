import { UserError } from "../errors.ts";
import { isWindowsPath } from "../files/paths.ts";
import {
  quoteForAnyShell,
  quoteForCmd,
  quoteForPosix,
  quoteForPowershell,
} from "../text/shell-words.ts";

/** Who reads the command: a POSIX-like shell, PowerShell or cmd.exe. */
export type Shell = "posix" | "any-posix" | "powershell" | "cmd";

/** What hooks call. */
export interface Called {
  /** An absolute path, or `mm` to have it found on PATH. */
  readonly program: string;
  /** The home of `mm` that the call is told of, or null for what the agent's environment says. */
  readonly home: string | null;
}

/** The words of one hook call. */
interface HookCall extends Called {
  readonly agent: string;
  readonly event: string;
}

/** The program's name where it is left to PATH. */
export const BARE_PROGRAM = "mm";

/** The shell of the machine on which `program` lies. */
export function shellOf(program: string): "posix" | "powershell" {
  return isWindowsPath(program) ? "powershell" : "posix";
}

/** Whether a command for this program may run on Windows. */
export function runsOnWindows(program: string): boolean {
  return program === BARE_PROGRAM || isWindowsPath(program);
}

/** A word for cmd.exe. @throws UserError `program_path` */
function cmdWord(path: string): string {
  const quoted = quoteForCmd(path);
  if (quoted !== null) return quoted;
  throw new UserError("program_path", `cmd.exe can't take a path with % ! or ": ${path}`);
}

/** What a POSIX shell is given: the variables that are set, and the words of the call. */
function posixParts({ program, home, agent, event }: HookCall, quote: (word: string) => string) {
  const own = home === null ? "" : ` MM_HOME=${quote(home)}`;
  const word = program === BARE_PROGRAM ? program : quote(program);
  return [`BUN_BE_BUN= BUN_OPTIONS=${own}`, `${word} hook ${agent} ${event}`] as const;
}

/** Whether the agent waits for the call: what it answers belongs to a start, and an end may be the last thing it does. */
export function isWaitedFor(program: string, event: string): boolean {
  return isWindowsPath(program) || /^session_?(?:start|end)$/iu.test(event);
}

/** The beginning of a command that hands its standard input on. */
export const HANDED_ON = "{ cat | {";
/** What follows the call in one. */
export const HANDED_ON_END = "; } <&3";

/**
 * Hands the payload to a process that outlives the command, so that the agent waits for a shell alone. `cat` waits
 * until the agent has written everything, since some agents close the pipe as soon as the command ends. No signal to
 * the agent's terminal or process group takes the call along; zsh forgets what it ignores in front of an `&`.
 * `$PPID` is the agent, whom the call has lost by then.
 */
function handOn([environment, call]: readonly [string, string]): string {
  const ignoring = "{ trap '' HUP INT QUIT TERM; ";
  return `${HANDED_ON} ${ignoring}${environment} exec ${call} "$PPID"${HANDED_ON_END} >/dev/null & } 3<&0; } 2>/dev/null || true`;
}

/**
 * The command that an agent runs for one event. It is silent and exits 0 when the program is gone. The two
 * variables are emptied because agents are Bun programs themselves and may hand theirs on. An `any-posix`
 * command goes through `env`, since fish knows no `||` after a command that isn't there, or becomes an `sh`,
 * whose parent is the agent, too.
 * @throws UserError `program_path` where cmd.exe can't quote the path
 */
export function hookCommand(shell: Shell, hookCall: HookCall): string {
  const { program, home, agent, event } = hookCall;
  const words = `hook ${agent} ${event}`;
  const isWaited = isWaitedFor(program, event);
  switch (shell) {
    case "posix": {
      const parts = posixParts(hookCall, quoteForPosix);
      return isWaited ? `${parts.join(" ")} 2>/dev/null || true` : handOn(parts);
    }
    case "any-posix": {
      if (isWaited)
        return `${posixParts(hookCall, quoteForPosix).join(" env ")} 2>/dev/null || true`;
      return `exec sh -c ${quoteForAnyShell(handOn(posixParts(hookCall, quoteForAnyShell)))}`;
    }
    case "powershell": {
      const own = home === null ? "" : `$env:MM_HOME=${quoteForPowershell(home)};`;
      return `$env:BUN_BE_BUN='';$env:BUN_OPTIONS='';${own}& ${quoteForPowershell(program)} ${words} 2>$null; exit 0`;
    }
    case "cmd": {
      const own = home === null ? "" : `set "MM_HOME=${cmdWord(home).slice(1)}& `;
      return `set "BUN_BE_BUN="& set "BUN_OPTIONS="& ${own}${cmdWord(program)} ${words} 2>nul & exit /b 0`;
    }
  }
}
