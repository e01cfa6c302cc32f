import { UserError } from "../errors.ts";
import { isWindowsPath } from "../files/paths.ts";
import { quoteForCmd, quoteForPosix, quoteForPowershell } from "../text/shell-words.ts";

/** Who reads the command: a POSIX-like shell, PowerShell or cmd.exe. */
export type Shell = "posix" | "any-posix" | "powershell" | "cmd";

/** The words of one hook call; `program` is an absolute path, or `mm` to have it found on PATH. */
export interface HookCall {
  readonly program: string;
  readonly client: string;
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

function posixWord(program: string): string {
  return program === BARE_PROGRAM ? program : quoteForPosix(program);
}

/**
 * The command that a client runs for one event. It is silent and exits 0 when the program is gone. The two
 * variables are emptied because agents are Bun programs themselves and may hand theirs on. An `any-posix`
 * command goes through `env`, since fish knows no `||` after a command that isn't there.
 * @throws UserError `program_path` where cmd.exe can't quote the path
 */
export function hookCommand(shell: Shell, { program, client, event }: HookCall): string {
  const words = `hook ${client} ${event}`;
  switch (shell) {
    case "posix":
      return `BUN_BE_BUN= BUN_OPTIONS= ${posixWord(program)} ${words} 2>/dev/null || true`;
    case "any-posix":
      return `BUN_BE_BUN= BUN_OPTIONS= env ${posixWord(program)} ${words} 2>/dev/null || true`;
    case "powershell":
      return `$env:BUN_BE_BUN='';$env:BUN_OPTIONS='';& ${quoteForPowershell(program)} ${words} 2>$null; exit 0`;
    case "cmd": {
      const quoted = quoteForCmd(program);
      if (quoted === null) {
        throw new UserError("program_path", `cmd.exe can't run a path with % ! or ": ${program}`);
      }
      return `set "BUN_BE_BUN="& set "BUN_OPTIONS="& ${quoted} ${words} 2>nul & exit /b 0`;
    }
  }
}
