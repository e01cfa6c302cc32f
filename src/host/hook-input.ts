import type { HookInput } from "../context.ts";

const MAX_WHOLE_BYTES = 8 * 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024;
/** A bound in bytes, not in time: even on a busy machine a large payload is read to its end, where the id may be. */
const MAX_READ_BYTES = 64 * 1024 * 1024;

/** Collects chunks. Once they grow too large, it keeps only the head and the tail. */
class Gathered {
  #chunks: Uint8Array[] = [];
  #head: Uint8Array | null = null;
  #tail: Uint8Array = new Uint8Array();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(chunk: Uint8Array): void {
    this.#total += chunk.length;
    if (this.#head !== null) {
      this.#tail = Buffer.concat([this.#tail, chunk]).subarray(-TAIL_BYTES);
      return;
    }
    this.#chunks.push(chunk);
    if (this.#total > MAX_WHOLE_BYTES) {
      const all = Buffer.concat(this.#chunks);
      this.#head = Uint8Array.from(all.subarray(0, HEAD_BYTES));
      this.#tail = Uint8Array.from(all.subarray(-TAIL_BYTES));
      this.#chunks = [];
    }
  }

  result(ended: boolean): HookInput {
    const total = this.#total;
    if (this.#head !== null)
      return { head: this.#head, tail: this.#tail, total, isWhole: false, ended };
    const only = this.#chunks[0];
    const whole =
      this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
    return { head: whole, tail: new Uint8Array(), total, isWhole: true, ended };
  }
}

/** Reads a stream to its end, but no longer than `withinMs`. */
export async function readHookInput(
  stream: ReadableStream<Uint8Array>,
  withinMs: number,
): Promise<HookInput> {
  const gathered = new Gathered();
  const reader = stream.getReader();
  let timer: Timer | undefined;
  const timeout = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, withinMs, null);
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
  return gathered.result(ended);
}
