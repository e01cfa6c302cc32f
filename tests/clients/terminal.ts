/** A command in a terminal of 120 by 40, which nobody but the test sees. */
interface Started {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the socket of its tmux may be. */
  readonly folder: string;
}

const PATIENCE_MS = 30_000;
const LOOK_MS = 100;

let terminals = 0;

/** A terminal in which an agent runs, driven through tmux. */
export class Terminal implements Disposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #socket: string;

  constructor({ argv, cwd, env, folder }: Started) {
    this.#socket = `${folder}/tmux-${++terminals}`;
    this.#env = { ...env, TERM: "xterm-256color", LANG: "C.UTF-8" };
    const words = argv.map((word) => `'${word}'`).join(" ");
    const size = ["-x", "120", "-y", "40"];
    this.#tmux("new-session", "-d", ...size, "-s", "agent", "-c", cwd, `exec ${words}`);
  }

  #tmux(...words: string[]): string {
    const argv = ["tmux", "-S", this.#socket, "-f", "/dev/null", ...words];
    const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { env: { ...this.#env } });
    if (exitCode !== 0) throw new Error(`tmux ${words.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  /** What the terminal shows, with what has scrolled out of it; empty once the agent has ended. */
  get screen(): string {
    try {
      return this.#tmux("capture-pane", "-p", "-S", "-", "-t", "agent");
    } catch {
      return "";
    }
  }

  get isOpen(): boolean {
    try {
      this.#tmux("has-session", "-t", "agent");
      return true;
    } catch {
      return false;
    }
  }

  /** The process that was started in it. */
  get pid(): number {
    return Number(this.#tmux("display-message", "-p", "-t", "agent", "#{pane_pid}"));
  }

  /** Presses keys by tmux's names of them. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.#tmux("send-keys", "-t", "agent", key);
      // Two escapes at once would be another key.
      await Bun.sleep(3 * LOOK_MS);
    }
  }

  /** Types a line; an agent takes what comes at once with its Enter for something that was pasted. */
  async type(line: string): Promise<void> {
    this.#tmux("send-keys", "-t", "agent", "-l", line);
    await Bun.sleep(5 * LOOK_MS);
    await this.press("Enter");
  }

  /** @throws Error with what is shown instead */
  async shows(pattern: RegExp): Promise<void> {
    await until(
      () => pattern.test(this.screen),
      () => `no ${pattern} in the terminal:\n${this.screen}`,
    );
  }

  async closes(): Promise<void> {
    await until(
      () => !this.isOpen,
      () => `it stays open:\n${this.screen}`,
    );
  }

  /** Closes the window, as a person does. */
  close(): void {
    this.#tmux("kill-session", "-t", "agent");
  }

  [Symbol.dispose](): void {
    try {
      this.#tmux("kill-server");
    } catch {
      // Its only session has ended.
    }
  }
}

/** Waits until something holds. @throws Error where it never does */
export async function until(
  holds: () => boolean | Promise<boolean>,
  otherwise: () => string,
): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > patience) throw new Error(otherwise());
    await Bun.sleep(LOOK_MS);
  }
}
