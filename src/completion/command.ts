import { command } from "../cli/command.ts";
import { nearest } from "../cli/suggest.ts";
import { UserError } from "../errors.ts";
import { type CompletionShell, SHELLS } from "./answer.ts";
import bash from "./mm.bash" with { type: "text" };
import fish from "./mm.fish" with { type: "text" };
import powershell from "./mm.ps1" with { type: "text" };
import zsh from "./mm.zsh" with { type: "text" };

const SCRIPTS: Readonly<Record<CompletionShell, string>> = { bash, zsh, fish, powershell };

/** The completion script for a shell. @throws UserError `usage` for an unsupported shell */
function completionScript(word: string): string {
  const shell = SHELLS.find((name) => name === word);
  if (shell !== undefined) return SCRIPTS[shell];
  const near = nearest(word, SHELLS);
  const hint = near === null ? `one of: ${SHELLS.join(", ")}` : `did you mean ${near}?`;
  throw new UserError("usage", `no completion for the shell '${word}'`, hint);
}

export default command({
  meta: { name: "completion", description: "Print the completion script of a shell" },
  args: {
    shell: {
      type: "positional",
      completes: SHELLS,
      description: `The shell: ${SHELLS.join(", ")}`,
    },
  },
  example: "mm completion fish > ~/.config/fish/completions/mm.fish",
  details: [
    'bash: put eval "$(mm completion bash)" into ~/.bashrc. It works without bash-completion, and with the bash 3.2 of macOS.',
    'zsh: put eval "$(mm completion zsh)" into ~/.zshrc, after the line with compinit; or write the script as _mm into a folder of $fpath.',
    "fish: write the script to ~/.config/fish/completions/mm.fish, as below.",
    "PowerShell: put mm completion powershell | Out-String | Invoke-Expression into the file that $PROFILE names.",
    "Packages with completions have done this already. The scripts call `mm __complete`, so they keep working when mm is upgraded. It completes commands, options, values, agents and session ids, and writes nothing.",
  ],
  async run(_, { shell }) {
    const script = completionScript(shell);
    return { data: null, text: () => script };
  },
});
