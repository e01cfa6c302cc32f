import type { HookInput } from "../context.ts";
import type { SystemCalls } from "./system-calls.ts";

const MAX_WHOLE_BYTES = 8 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024;
/** A bound in bytes, not in time: even on a busy machine a large payload is read to its end, where the id may be. */
const MAX_READ_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;
const STDIN = 0;

/** Gathers bytes in one buffer. Once there are too many, it keeps only the head and the tail. */
class Gathered {
  #bytes = new Uint8Array(FIRST_BYTES);
  #filled = 0;
  #head: Uint8Array | null = null;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** Where the next bytes belong. */
  room(): Uint8Array {
    if (this.#filled === this.#bytes.length) this.#makeRoom();
    return this.#filled === 0 ? this.#bytes : this.#bytes.subarray(this.#filled);
  }

  /** Counts bytes that were put there. */
  fill(count: number): void {
    this.#filled += count;
    this.#total += count;
  }

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const part = chunk.subarray(at, at + room.length);
      room.set(part);
      this.fill(part.length);
      at += part.length;
    }
  }

  result(ended: boolean): HookInput {
    const total = this.#total;
    const isWhole = total <= MAX_WHOLE_BYTES;
    const filled = this.#bytes.subarray(0, this.#filled);
    const release = () => void this.#bytes.buffer.transfer(0);
    if (isWhole) return { head: filled, tail: new Uint8Array(), total, isWhole, ended, release };
    const head = this.#head ?? filled.slice(0, HEAD_BYTES);
    return { head, tail: filled.slice(-TAIL_BYTES), total, isWhole, ended, release };
  }

  #makeRoom(): void {
    const bytes = this.#bytes;
    if (bytes.length <= MAX_WHOLE_BYTES) {
      // Memory that is asked for and never touched costs nothing.
      this.#bytes = new Uint8Array(MAX_WHOLE_BYTES + 1);
      this.#bytes.set(bytes);
      return;
    }
    this.#head ??= bytes.slice(0, HEAD_BYTES);
    bytes.copyWithin(0, bytes.length - TAIL_BYTES);
    this.#filled = TAIL_BYTES;
  }
}

/** Whether standard input has ended by then; null where it can't be read on so. */
function readAtOnce(calls: SystemCalls, gathered: Gathered, untilMs: number): boolean | null {
  while (gathered.total < MAX_READ_BYTES) {
    const leftMs = Math.max(0, Math.ceil(untilMs - performance.now()));
    const isReadable = calls.isReadable(STDIN, leftMs);
    if (isReadable !== true) return isReadable;
    const count = calls.read(STDIN, gathered.room());
    if (count < 0) return null;
    if (count === 0) return true;
    gathered.fill(count);
  }
  return false;
}

/** Whether a stream has ended by then. */
async function readStream(
  stream: ReadableStream<Uint8Array>,
  gathered: Gathered,
  untilMs: number,
): Promise<boolean> {
  const reader = stream.getReader();
  let timer: Timer | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, untilMs - performance.now(), null);
  });
  let ended = false;
  // A stream that never runs dry, such as a device, would starve the timer.
  while (gathered.total < MAX_READ_BYTES) {
    const read = await Promise.race([reader.read(), timeout]);
    if (read === null) break;
    ended = read.done;
    if (ended || read.value === undefined) break;
    gathered.add(read.value);
  }
  clearTimeout(timer);
  // An agent that never closes its end must not keep this process alive.
  if (!ended) void reader.cancel().catch(() => undefined);
  return ended;
}

/**
 * Reads standard input to its end, but no longer than `withinMs`.
 * @param calls what reads it at once; what these can't read, the stream tries to
 */
export async function readHookInput(
  calls: SystemCalls | null,
  stream: () => ReadableStream<Uint8Array>,
  withinMs: number,
): Promise<HookInput> {
  const gathered = new Gathered();
  const untilMs = performance.now() + withinMs;
  const ended = calls === null ? null : readAtOnce(calls, gathered, untilMs);
  return gathered.result(ended ?? (await readStream(stream(), gathered, untilMs)));
}
