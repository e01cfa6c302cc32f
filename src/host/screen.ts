import { constants } from "node:os";
import type { Screen } from "../context.ts";

/** A shell reports a program that a signal ended as this much more than the signal's number. */
const SIGNAL_BASE = 128;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
const DEFAULT_ROWS = 24;

// The second screen, without a cursor, on which what is too wide is cut and not wrapped.
const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const ESCAPE = "\x1b";
/** With Ctrl-C, Ctrl-D and Ctrl-\. */
const LEAVING_KEYS = ["q", "Q", "\x03", "\x04", "\x1c"];
/** Ctrl-Z. */
const SUSPENDING_KEY = "\x1a";

/** The terminal's second screen, which leaves what was there before as it was. */
class TerminalScreen implements Screen {
  #ended: number | null = null;
  #wake: () => void = () => undefined;
  #shown = "";
  readonly #handlers = SIGNALS.map((signal) => {
    // What the keyboard sends is a person who has seen enough.
    const code = signal === "SIGINT" ? 0 : SIGNAL_BASE + constants.signals[signal];
    return [signal, () => this.#end(code)] as const;
  });
  readonly #onKey = (keys: Buffer) => {
    const typed = keys.toString("latin1");
    // What begins so and goes on is a key that types nothing, as F2, which ends in a Q.
    if (typed.startsWith(ESCAPE) && typed !== ESCAPE) return;
    if (typed === ESCAPE || LEAVING_KEYS.some((key) => typed.includes(key))) this.#end(0);
    else if (typed.includes(SUSPENDING_KEY)) this.#suspend();
  };
  readonly #onResize = () => this.#wake();
  readonly #onContinue = () => {
    // A shell sets the terminal as it likes it while a program is stopped.
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
    this.#giveBack();
    if (process.stdin.isTTY) {
      process.stdin.off("data", this.#onKey);
      process.stdin.pause();
    }
  }

  #take(): void {
    this.#setRaw(true);
    process.stdout.write(OPEN);
  }

  #giveBack(): void {
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

  /** Stops this process until its shell lets it go on; where nobody could, it goes on at once. */
  #suspend(): void {
    this.#giveBack();
    process.kill(process.pid, "SIGTSTP");
    this.#take();
    this.#redraw();
  }

  #end(code: number): void {
    this.#ended ??= code;
    this.#wake();
  }
}

/** Takes the terminal over; whoever opens the screen has to close it. */
export function openScreen(): Screen {
  return new TerminalScreen();
}
