import { constants } from "node:os";
import type { Screen } from "./context.ts";

/** A shell reports a program that a signal ended as this much more than the signal's number. */
const SIGNAL_BASE = 128;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// The second screen, without a cursor, on which what is too wide is cut and not wrapped.
const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
/** With Ctrl-C and Ctrl-D. */
const LEAVING_KEYS = ["q", "Q", "\x03", "\x04"];

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
    if (LEAVING_KEYS.some((key) => typed.includes(key))) this.#end(0);
  };
  readonly #onResize = () => this.#wake();

  constructor() {
    for (const [signal, handler] of this.#handlers) process.on(signal, handler);
    process.stdout.on("resize", this.#onResize);
    process.stdout.on("error", () => this.#end(0));
    if (process.stdin.isTTY) {
      process.stdin.setRawMode(true);
      process.stdin.on("data", this.#onKey);
    }
    process.stdout.write(OPEN);
  }

  show(text: string): void {
    const height = process.stdout.rows || 24;
    const lines = text.trimEnd().split("\n").slice(0, height);
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
    process.stdout.off("resize", this.#onResize);
    if (process.stdin.isTTY) {
      process.stdin.off("data", this.#onKey);
      process.stdin.setRawMode(false);
      process.stdin.pause();
    }
    process.stdout.write(CLOSE);
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
