/** A command in a terminal of 120 by 40, which nobody but the test sees. */
interface Started {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where the socket of its tmux may be. */
  readonly folder: string;
}

const PATIENCE_MS = 60_000;
/** Until a line that was typed is shown. */
const ECHO_MS = 5000;
const TRIES = 6;
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

  /** What the terminal shows; empty once the agent has ended. */
  get screen(): string {
    return this.#captured();
  }

  /** The same with what has scrolled out of it. */
  get history(): string {
    return this.#captured("-S", "-");
  }

  #captured(...words: string[]): string {
    try {
      return this.#tmux("capture-pane", "-p", ...words, "-t", "agent");
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
      if (!this.isOpen) return;
      this.#tmux("send-keys", "-t", "agent", key);
      // Two escapes at once would be another key.
      await Bun.sleep(3 * LOOK_MS);
    }
  }

  #count(text: string): number {
    return this.screen.split(text).length - 1;
  }

  /**
   * Types a line and a key behind it, by default Enter. What is typed into a composer that has only just appeared may
   * get lost, and what comes at once with its Enter is taken for something that was pasted.
   */
  async type(line: string, key = "Enter"): Promise<void> {
    const before = this.#count(line);
    const shown = () => this.#count(line) > before;
    for (let tries = 0; tries < TRIES && !shown(); tries++) {
      // It may be there after all, only late.
      if (tries > 0) await this.press("C-u");
      this.#tmux("send-keys", "-t", "agent", "-l", line);
      await reaches(shown, ECHO_MS);
    }
    if (!shown()) throw new Error(`"${line}" can't be typed:\n${this.screen}`);
    await Bun.sleep(5 * LOOK_MS);
    await this.press(key);
  }

  /** @throws Error with what is shown instead */
  async shows(pattern: RegExp): Promise<void> {
    await until(
      () => pattern.test(this.screen),
      () => `no ${pattern} in the terminal:\n${this.screen}`,
    );
  }

  /** Presses keys, again where the agent was still at something else; it may have given back the prompt then. */
  async pressUntilClosed(...keys: string[]): Promise<void> {
    for (let tries = 0; tries < TRIES && this.isOpen; tries++) {
      if (tries > 0) await this.press("C-u");
      await this.press(...keys);
      await reaches(() => !this.isOpen, ECHO_MS);
    }
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

type Holds = () => boolean | Promise<boolean>;

/** @returns whether it came to hold within this time */
export async function reaches(holds: Holds, withinMs: number): Promise<boolean> {
  const patience = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > patience) return false;
    await Bun.sleep(LOOK_MS);
  }
  return true;
}

/** Waits until something holds. @throws Error where it never does */
export async function until(
  holds: Holds,
  otherwise: () => string,
  withinMs = PATIENCE_MS,
): Promise<void> {
  if (!(await reaches(holds, withinMs))) throw new Error(otherwise());
}
