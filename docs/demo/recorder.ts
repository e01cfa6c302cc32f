import type { Frame, Size } from "./svg.ts";

const PATIENCE_MS = 20_000;
const LOOK_MS = 40;
/** How long a letter takes to type, in the picture. */
const LETTER_MS = 45;

let recorders = 0;

/** A shell in a terminal that nobody sees, driven through tmux, and a frame for all that it shows. */
export class Recorder implements Disposable {
  readonly frames: Frame[] = [];
  /** The frame for people who prefer that nothing moves. */
  still = 0;
  readonly #env: Readonly<Record<string, string>>;
  readonly #socket: string;
  readonly #size: Size;

  /** @param folder for the socket of its tmux */
  constructor(folder: string, cwd: string, size: Size, env: Readonly<Record<string, string>>) {
    this.#socket = `${folder}/.tmux-${++recorders}`;
    this.#size = size;
    this.#env = { ...env, TERM: "xterm-256color", LANG: "C.UTF-8" };
    const shape = ["-x", String(size.columns), "-y", String(size.rows)];
    this.#tmux(
      "new-session",
      "-d",
      ...shape,
      "-s",
      "demo",
      "-c",
      cwd,
      "exec env PS1='$ ' bash --norc --noprofile",
    );
    this.#tmux("set-option", "-g", "status", "off");
  }

  #tmux(...words: string[]): string {
    const argv = ["tmux", "-S", this.#socket, "-f", "/dev/null", ...words];
    const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { env: { ...this.#env } });
    if (exitCode !== 0) throw new Error(`tmux ${words.join(" ")}: ${stderr}`);
    return stdout.toString();
  }

  /** What the terminal shows, without colours and without empty lines at its end. */
  text(): string {
    return this.#tmux("capture-pane", "-p", "-t", "demo").replace(/\n+$/u, "\n");
  }

  /** Adds what the terminal shows now, for so long. */
  hold(ms: number): void {
    const where = ["display-message", "-p", "-t", "demo", "#{cursor_flag} #{cursor_x} #{cursor_y}"];
    const [flag, column = 0, row = 0] = this.#tmux(...where)
      .trim()
      .split(" ")
      .map(Number);
    const shown = this.#tmux("capture-pane", "-e", "-p", "-N", "-t", "demo").split("\n");
    const lines = shown.slice(0, this.#size.rows);
    this.frames.push({ lines, cursor: flag === 1 ? { column, row } : null, ms });
  }

  /** Adds the frame that says the most. */
  holdStill(ms: number): void {
    this.still = this.frames.length;
    this.hold(ms);
  }

  /** Types letter by letter. */
  async type(text: string): Promise<void> {
    for (const letter of text) {
      this.#tmux("send-keys", "-t", "demo", "-l", letter);
      await Bun.sleep(LOOK_MS);
      this.hold(LETTER_MS);
    }
  }

  async run(line: string): Promise<void> {
    await this.type(line);
    this.hold(300);
    await this.press("Enter");
  }

  /** Clears the terminal, which nobody sees. */
  async clear(): Promise<void> {
    await this.press("C-l");
    await Bun.sleep(LOOK_MS);
  }

  async press(key: string): Promise<void> {
    this.#tmux("send-keys", "-t", "demo", key);
    await Bun.sleep(LOOK_MS);
  }

  /** Waits until the terminal shows this. @throws Error with what it shows instead */
  async until(pattern: RegExp): Promise<void> {
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      if (pattern.test(this.text())) return;
      await Bun.sleep(LOOK_MS);
    }
    throw new Error(`no ${pattern} in the terminal:\n${this.text()}`);
  }

  [Symbol.dispose](): void {
    this.#tmux("kill-server");
  }
}
