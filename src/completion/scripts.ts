import { type CompletionShell, SHELLS } from "./answer.ts";
import bash from "./mm.bash" with { type: "text" };
import fish from "./mm.fish" with { type: "text" };
import powershell from "./mm.ps1" with { type: "text" };
import zsh from "./mm.zsh" with { type: "text" };

const SCRIPTS: Readonly<Record<CompletionShell, string>> = { bash, zsh, fish, powershell };

/** What a shell is to run so that it completes the words of `mm`; null for a shell that has none. */
export function completionScript(shell: string): string | null {
  const known = SHELLS.find((name) => name === shell);
  return known === undefined ? null : SCRIPTS[known];
}
