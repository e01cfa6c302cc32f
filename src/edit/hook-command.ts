import { UserError } from "../errors.ts";
import { isWindowsPath } from "../files/paths.ts";
import { quoteForCmd, quoteForPosix, quoteForPowershell } from "../text/shell-words.ts";

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

function posixWord(program: string): string {
  return program === BARE_PROGRAM ? program : quoteForPosix(program);
}

/**
 * The command that an agent runs for one event. It is silent and exits 0 when the program is gone. The two
 * variables are emptied because agents are Bun programs themselves and may hand theirs on. An `any-posix`
 * command goes through `env`, since fish knows no `||` after a command that isn't there.
 * @throws UserError `program_path` where cmd.exe can't quote the path
 */
export function hookCommand(shell: Shell, { program, home, agent, event }: HookCall): string {
  const words = `hook ${agent} ${event}`;
  const posixHome = home === null ? "" : ` MM_HOME=${quoteForPosix(home)}`;
  switch (shell) {
    case "posix":
      return `BUN_BE_BUN= BUN_OPTIONS=${posixHome} ${posixWord(program)} ${words} 2>/dev/null || true`;
    case "any-posix":
      return `BUN_BE_BUN= BUN_OPTIONS=${posixHome} env ${posixWord(program)} ${words} 2>/dev/null || true`;
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
