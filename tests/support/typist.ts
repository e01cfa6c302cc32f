import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "./binary.ts";

export type InteractiveShell = "bash" | "zsh" | "fish";

/** How to start each shell on a terminal, with `mm`'s completion loaded twice and none of the user's settings. */
const STARTS: Readonly<Record<InteractiveShell, (rc: string) => string[]>> = {
  bash: (rc) => ["bash", "--noprofile", "--rcfile", rc, "-i"],
  zsh: () => ["zsh", "-i"],
  fish: (rc) => ["fish", "--private", "--init-command", `source ${rc}`],
};

const RC: Readonly<Record<InteractiveShell, string>> = {
  bash: `PS1='ready> '; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
eval "$(mm completion bash)"; eval "$(mm completion bash)"\n`,
  zsh: `PS1='ready> '; unsetopt prompt_sp list_beep; autoload -Uz compinit; compinit -u -D
eval "$(mm completion zsh)"; eval "$(mm completion zsh)"\n`,
  fish: `function fish_prompt; echo 'ready> '; end; function fish_greeting; end
mm completion fish | source; mm completion fish | source\n`,
};

/** What `mm` shows when it has recorded its words. */
const TYPED = "(typed)";

/** A terminal at which somebody types. Its `mm` only records its words. */
export class Typist extends Sandbox {
  readonly #record = `${this.folder}/typed`;
  #screen = "";

  constructor() {
    super();
    const bin = `${this.folder}/bin`;
    mkdirSync(bin);
    const standIn = `#!/bin/sh
case $1 in __complete | completion) exec "${BINARY}" "$@" ;; esac
printf '%s\\0' "$@" > "${this.#record}.new" && mv "${this.#record}.new" "${this.#record}"
echo '${TYPED}' >/dev/tty
`;
    writeFileSync(`${bin}/mm`, standIn, { mode: 0o755 });
  }

  /** Puts a program on PATH that does nothing. */
  addProgram(name: string): void {
    writeFileSync(`${this.folder}/bin/${name}`, "#!/bin/sh\n", { mode: 0o755 });
  }

  /** What the terminal showed, without colours and cursor movements. */
  get screen(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this matches control characters
    return this.#screen.replace(/\x1b(\[[0-?]*[ -/]*[@-~]|[()].|[=>]|\][^\x07]*\x07)/gu, "");
  }

  /**
   * Types these keys and then Return into a fresh shell.
   * @returns the words that `mm` was called with then
   */
  async type(shell: InteractiveShell, keys: string, setUp = ""): Promise<string[]> {
    rmSync(this.#record, { force: true });
    this.#screen = "";
    const rc = `${this.folder}/${shell === "zsh" ? ".zshrc" : `${shell}rc`}`;
    writeFileSync(rc, RC[shell].replace("\n", `\n${setUp}\n`));
    const env = this.env({
      PATH: `${this.folder}/bin:${process.env["PATH"]}`,
      TERM: "xterm",
      ZDOTDIR: this.folder,
      XDG_CONFIG_HOME: `${this.folder}/config`,
      XDG_DATA_HOME: `${this.folder}/data`,
      LC_ALL: "C.UTF-8",
    });
    const child = Bun.spawn(STARTS[shell](rc), {
      env,
      cwd: this.folder,
      terminal: {
        cols: 120,
        rows: 50,
        data: (_, data) => {
          this.#screen += new TextDecoder().decode(data);
        },
      },
    });
    try {
      await this.#until(() => this.screen.includes("ready> "), "prompt");
      child.terminal?.write(`${keys}\r`);
      // Behind it on the screen comes nothing more of what was typed.
      await this.#until(() => this.screen.includes(TYPED), keys);
    } finally {
      child.kill("SIGKILL");
      await child.exited;
      child.terminal?.close();
    }
    return readFileSync(this.#record, "utf8").split("\0").slice(0, -1);
  }

  async #until(reached: () => boolean, what: string): Promise<void> {
    for (let waited = 0; waited < 120_000; waited += 20) {
      if (reached()) return;
      await Bun.sleep(20);
    }
    throw new Error(`waited in vain for ${what}:\n${this.screen}`);
  }
}
