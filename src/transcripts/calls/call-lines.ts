const NEWLINE = 10;
const QUOTE = 34;

/** Finds the lines that tell of calls, without looking at any other line. */
export class CallLines {
  readonly #words: readonly Buffer[];
  readonly #name: Buffer | null;
  /** Where each word stands next, and the name: each is looked for once in what a buffer holds. */
  readonly #next: number[];
  /** What told of the call before. */
  #from = 0;
  #to = 0;

  constructor(words: readonly string[], name: string | undefined) {
    this.#words = [...words, ...(name === undefined ? [] : [name])].map((word) =>
      Buffer.from(word),
    );
    this.#name = name === undefined ? null : (this.#words.at(-1) ?? null);
    this.#next = this.#words.map(() => -1);
  }

  /** Where the next such line begins in a buffer; where there is none, behind the last line that has an end. */
  next(buffer: Buffer, start: number, length: number): number {
    // What a buffer is filled with anew begins with a line.
    if (start === 0) this.#begin();
    for (let from = start; ; ) {
      const at = this.#nearest(buffer, from);
      const end = at < length ? buffer.indexOf(NEWLINE, at) : -1;
      if (end < 0 || end >= length) {
        return Math.max(from, buffer.lastIndexOf(NEWLINE, Math.min(at, length) - 1) + 1);
      }
      if (!this.#repeats(buffer, at, end)) {
        return Math.max(from, buffer.lastIndexOf(NEWLINE, at) + 1);
      }
      from = end + 1;
    }
  }

  #begin(): void {
    this.#next.fill(-1);
    this.#to = this.#from;
  }

  #nearest(buffer: Buffer, from: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    const words = this.#name === null ? this.#words.length : this.#words.length - 1;
    for (let index = 0; index < words; index++) {
      nearest = Math.min(nearest, this.#find(buffer, from, index));
    }
    return nearest;
  }

  /** Whether a line tells of its call the same as the one before. */
  #repeats(buffer: Buffer, at: number, end: number): boolean {
    if (this.#name === null) return false;
    const named = this.#find(buffer, at, this.#words.length - 1);
    const to = named < end ? buffer.indexOf(QUOTE, named + this.#name.length) : at;
    const isSame = to > at && buffer.compare(buffer, at, to, this.#from, this.#to) === 0;
    this.#from = at;
    this.#to = to;
    return isSame;
  }

  #find(buffer: Buffer, from: number, index: number): number {
    const known = this.#next[index] as number;
    if (known >= from) return known;
    const at = buffer.indexOf(this.#words[index] as Buffer, from);
    const found = at < 0 ? Number.POSITIVE_INFINITY : at;
    this.#next[index] = found;
    return found;
  }
}
