/** The most bytes of a search's answer. */
export const SEARCH_BYTES = 4000;
/** The bytes of a session's answer: the least, the most, and what it has if nobody says. */
export const SHOW_BYTES = { least: 500, most: 16_000, usual: 8000 };
/** The most bytes of an error. */
export const ERROR_BYTES = 300;

/** The bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** Lines that are added while they fit. */
export class Budget {
  readonly #lines: string[] = [];
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Adds the lines together, unless they would leave less than `reserve` bytes. */
  takes(lines: readonly string[], reserve = 0): boolean {
    const needed = lines.reduce((sum, line) => sum + bytesOf(line) + 1, 0);
    if (needed + reserve > this.#left) return false;
    this.#left -= needed;
    this.#lines.push(...lines);
    return true;
  }

  text(): string {
    return this.#lines.join("\n");
  }
}
