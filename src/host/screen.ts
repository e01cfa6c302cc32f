import { constants } from "node:os";
import type { Key, Screen, ScreenEvent } from "../context.ts";
import { readKeys } from "./keys.ts";

/** A shell reports death by a signal as this plus the signal's number. */
const SIGNAL_BASE = 128;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
const DEFAULT_ROWS = 24;
const DEFAULT_COLUMNS = 80;
/** The rest of a key's code comes at once, even over a slow line. */
const REST_MS = 50;

// The alternate screen, with a hidden cursor and without line wrapping.
const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";

const REDRAW: ScreenEvent = { kind: "redraw" };

/** The terminal's alternate screen. Closing it restores what was there before. */
class TerminalScreen implements Screen {
  #ended: number | null = null;
  #wake: () => void = () => undefined;
  #shown = "";
  readonly #decoder = new TextDecoder();
  readonly #keys: Key[] = [];
  #rest = "";
  #restTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #handlers = SIGNALS.map((signal) => {
    // SIGINT comes from the keyboard: the user has seen enough.
    const code = signal === "SIGINT" ? 0 : SIGNAL_BASE + constants.signals[signal];
    return [signal, () => this.#end(code)] as const;
  });
  readonly #onData = (bytes: Buffer) => {
    this.#read(this.#rest + this.#decoder.decode(bytes, { stream: true }));
  };
  readonly #onClosed = () => this.#end(0);
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
    process.stdout.on("error", this.#onClosed);
    process.on("SIGCONT", this.#onContinue);
    if (process.stdin.isTTY) {
      process.stdin.on("data", this.#onData);
      process.stdin.on("end", this.#onClosed);
      process.stdin.on("error", this.#onClosed);
    }
    this.#take();
  }

  rows(): number {
    return process.stdout.rows || DEFAULT_ROWS;
  }

  columns(): number {
    return process.stdout.columns || DEFAULT_COLUMNS;
  }

  show(text: string): void {
    const lines = text.trimEnd().split("\n").slice(0, this.rows());
    // Erased first: behind a full line the cursor still stands on its last character.
    const drawn = lines.map((line) => `\x1b[K${line}`).join("\r\n");
    const frame = `\x1b[H${drawn}${lines.length < this.rows() ? "\r\n\x1b[J" : ""}`;
    if (frame !== this.#shown) process.stdout.write(frame);
    this.#shown = frame;
  }

  async wait(ms: number): Promise<ScreenEvent> {
    if (this.#ended === null && this.#keys.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, ms);
      await promise;
      clearTimeout(timer);
    }
    if (this.#ended !== null) return { kind: "ended", code: this.#ended };
    const key = this.#keys.shift();
    return key === undefined ? REDRAW : { kind: "key", key };
  }

  close(): void {
    clearTimeout(this.#restTimer);
    for (const [signal, handler] of this.#handlers) process.off(signal, handler);
    process.off("SIGCONT", this.#onContinue);
    process.stdout.off("resize", this.#onResize);
    this.#restore();
    if (process.stdin.isTTY) {
      process.stdin.off("data", this.#onData);
      process.stdin.off("end", this.#onClosed);
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

  #read(typed: string): void {
    clearTimeout(this.#restTimer);
    const { keys, rest } = readKeys(typed);
    this.#rest = rest;
    for (const key of keys) this.#press(key);
    if (rest === "") return;
    this.#restTimer = setTimeout(() => {
      this.#rest = "";
      if (rest === "\x1b") this.#press({ name: "escape", text: "" });
    }, REST_MS);
  }

  #press(key: Key): void {
    if (key.name === "leave") this.#end(0);
    else if (key.name === "suspend") this.#suspend();
    else {
      this.#keys.push(key);
      this.#wake();
    }
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
