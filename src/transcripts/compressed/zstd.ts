import { closeSync, openSync, readSync } from "node:fs";

const INPUT_BYTES = 65_536;
const NEWLINE = 10;

/**
 * The part of node:zlib's streams that works at once, piece by piece; what it lacks in the types is there all the same.
 * No public function does: `Bun.zstdDecompressSync` and `zstdDecompressSync` hold all of the text, or begin anew with
 * each piece, and what `createZstdDecompress` and `DecompressionStream` have decompressed comes only once the event loop
 * has turned, for which no reader can wait in the middle of its lines. Bun's version is pinned, so this stays as it is.
 */
interface Decompressor {
  readonly _handle: {
    writeSync(
      flush: number,
      input: Buffer,
      at: number,
      length: number,
      output: Buffer,
      outputAt: number,
      outputLength: number,
    ): void;
  };
  /** After a call: how many bytes of the output and of the input are left. */
  readonly _writeState: Uint32Array;
  readonly errored: Error | null;
  on(event: "error", listener: () => void): void;
  close(): void;
}

function newDecompressor() {
  // Loaded at the first use: most agents leave no compressed file, and it takes some milliseconds.
  const { constants, createZstdDecompress } = require("node:zlib") as typeof import("node:zlib");
  const stream = createZstdDecompress() as unknown as Decompressor;
  // What is wrong is found in `errored`; an event that nobody listens to would end the process.
  stream.on("error", () => undefined);
  return { stream, flags: { more: constants.ZSTD_e_continue, end: constants.ZSTD_e_end } };
}

/** A compressed file of lines, of one frame or several. It takes as much memory however long it is. */
export class ZstdFile {
  readonly #descriptor: number;
  readonly #input = Buffer.allocUnsafe(INPUT_BYTES);
  readonly #made = newDecompressor();
  #read = 0;
  /** What of the input hasn't been taken yet. */
  #at = 0;
  #left = 0;
  #isOver = false;
  #last = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
  }

  /**
   * Fills a buffer with what comes next, and returns the number of bytes; 0 is the end.
   * @throws where it is no such file, or lacks its end
   */
  fill(buffer: Buffer): number {
    let filled = 0;
    while (filled === 0 && !this.#isOver) {
      if (this.#left === 0) this.#readOn();
      filled = this.#decompress(buffer);
    }
    if (filled > 0) this.#last = buffer[filled - 1] ?? 0;
    else if (this.#last !== NEWLINE) throw new Error("the compressed file lacks its end");
    return filled;
  }

  close(): void {
    closeSync(this.#descriptor);
    this.#made.stream.close();
  }

  #readOn(): void {
    this.#left = readSync(this.#descriptor, this.#input, 0, INPUT_BYTES, this.#read);
    this.#read += this.#left;
    this.#at = 0;
  }

  #decompress(output: Buffer): number {
    const { stream, flags } = this.#made;
    const isEnd = this.#left === 0;
    const flag = isEnd ? flags.end : flags.more;
    stream._handle.writeSync(flag, this.#input, this.#at, this.#left, output, 0, output.length);
    if (stream.errored !== null) throw stream.errored;
    const [room = 0, rest = 0] = stream._writeState;
    this.#at += this.#left - rest;
    this.#left = rest;
    this.#isOver = isEnd && room === output.length;
    return output.length - room;
  }
}
