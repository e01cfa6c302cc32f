import { constants } from "node:os";
import type { Screen } from "../context.ts";

/** A shell reports death by a signal as this plus the signal's number. */
const SIGNAL_BASE = 128;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
const DEFAULT_ROWS = 24;

// The alternate screen, with a hidden cursor and without line wrapping.
const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const ESCAPE = "\x1b";
/** q, Ctrl-C, Ctrl-D and Ctrl-\. */
const LEAVING_KEYS = ["q", "Q", "\x03", "\x04", "\x1c"];
/** Ctrl-Z. */
const SUSPENDING_KEY = "\x1a";

/** The terminal's alternate screen. Closing it restores what was there before. */
class TerminalScreen implements Screen {
  #ended: number | null = null;
  #wake: () => void = () => undefined;
  #shown = "";
  readonly #handlers = SIGNALS.map((signal) => {
    // SIGINT comes from the keyboard: the user has seen enough.
    const code = signal === "SIGINT" ? 0 : SIGNAL_BASE + constants.signals[signal];
    return [signal, () => this.#end(code)] as const;
  });
  readonly #onKey = (keys: Buffer) => {
    const typed = keys.toString("latin1");
    // An escape sequence is a function key and may contain a Q: F2 does.
    if (typed.startsWith(ESCAPE) && typed !== ESCAPE) return;
    if (typed === ESCAPE || LEAVING_KEYS.some((key) => typed.includes(key))) this.#end(0);
    else if (typed.includes(SUSPENDING_KEY)) this.#suspend();
  };
  readonly #onResize = () => this.#wake();
  readonly #onContinue = () => {
    // The shell changes the terminal's mode while a program is stopped.
    this.#setRaw(false);
    this.#setRaw(true);
    this.#redraw();
  };

  constructor() {
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
    process.stdout.on("resize", this.#onResize);
    process.stdout.on("error", () => this.#end(0));
    process.on("SIGCONT", this.#onContinue);
    if (process.stdin.isTTY) process.stdin.on("data", this.#onKey);
    this.#take();
  }

  rows(): number {
    return process.stdout.rows || DEFAULT_ROWS;
  }

  show(text: string): void {
    const lines = text.trimEnd().split("\n").slice(0, this.rows());
    const frame = `\x1b[H${lines.map((line) => `${line}\x1b[K`).join("\r\n")}\x1b[J`;
    if (frame !== this.#shown) process.stdout.write(frame);
    this.#shown = frame;
  }

  async wait(ms: number): Promise<number | null> {
    if (this.#ended !== null) return this.#ended;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    return this.#ended;
  }

  close(): void {
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
    process.off("SIGCONT", this.#onContinue);
    process.stdout.off("resize", this.#onResize);
    this.#restore();
    if (process.stdin.isTTY) {
      process.stdin.off("data", this.#onKey);
      process.stdin.pause();
    }
  }

  #take(): void {
    this.#setRaw(true);
    process.stdout.write(OPEN);
  }

  #restore(): void {
    this.#setRaw(false);
    process.stdout.write(CLOSE);
  }

  #setRaw(isRaw: boolean): void {
    if (process.stdin.isTTY) process.stdin.setRawMode(isRaw);
  }

  #redraw(): void {
    this.#shown = "";
    this.#wake();
  }

  /** Suspends this process until the shell resumes it. Without job control it continues at once. */
  #suspend(): void {
    this.#restore();
    process.kill(process.pid, "SIGTSTP");
    this.#take();
    this.#redraw();
  }

  #end(code: number): void {
    this.#ended ??= code;
    this.#wake();
  }
}

/** Takes over the terminal. The caller must close the screen. */
export function openScreen(): Screen {
  return new TerminalScreen();
}
