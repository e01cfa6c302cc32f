import {
  type JSONRPCMessage,
  ReadBuffer,
  serializeMessage,
  type Transport,
} from "@modelcontextprotocol/server";
import type { Context } from "../context.ts";

type Streams = Pick<Context, "out" | "sleep" | "stdinStream">;

/** How long a call that has begun may still take to answer once the input has ended, in milliseconds. */
const LAST_ANSWERS_MS = 300;
/** How often it is looked for meanwhile: a longer sleep would outlast the answer, and keep the process. */
const LOOK_MS = 10;

/** Messages on the standard streams, one a line. Nothing else writes to stdout. */
export class Lines implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #streams: Streams;
  readonly #buffer = new ReadBuffer();
  readonly #unanswered = new Set<unknown>();
  readonly #closed = Promise.withResolvers<null>();
  #isClosed = false;
  #written: Promise<boolean> = Promise.resolve(true);

  constructor(streams: Streams) {
    this.#streams = streams;
  }

  async start(): Promise<void> {
    // `pump` reads.
  }

  /** Reads until the input ends, stdout is closed or a message is too long; then the connection is closed. */
  async pump(): Promise<void> {
    const input = this.#streams.stdinStream().getReader();
    try {
      for (;;) {
        const next = await Promise.race([input.read(), this.#closed.promise]);
        if (next === null) return;
        if (next.done === true) break;
        this.#buffer.append(Buffer.from(next.value));
        this.#handOn();
      }
      await this.#lastAnswers();
    } catch (error) {
      this.#report(error);
    } finally {
      await this.close();
      // What still waits for input would keep the process.
      await input.cancel().catch(() => undefined);
    }
  }

  #handOn(): void {
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        if ("id" in message && "method" in message) this.#unanswered.add(message.id);
        this.onmessage?.(message);
      } catch (error) {
        this.#report(error);
      }
    }
  }

  async #lastAnswers(): Promise<void> {
    for (let ms = 0; ms < LAST_ANSWERS_MS && this.#unanswered.size > 0; ms += LOOK_MS) {
      await this.#streams.sleep(LOOK_MS);
    }
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const text = serializeMessage(message);
    this.#written = this.#written.then(
      async (isOpen) => isOpen && !this.#isClosed && (await this.#streams.out(text)),
    );
    const isOpen = await this.#written.catch(() => false);
    if (!isOpen) await this.close();
    if ("id" in message && !("method" in message)) this.#unanswered.delete(message.id);
  }

  #report(error: unknown): void {
    this.onerror?.(error instanceof Error ? error : new Error(String(error)));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closed.resolve(null);
    this.onclose?.();
  }
}
