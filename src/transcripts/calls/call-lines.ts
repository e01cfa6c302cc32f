const NEWLINE = 10;
const QUOTE = 34;

/** Finds the lines that tell of calls, without looking at any other line. */
export class CallLines {
  readonly #words: readonly Buffer[];
  readonly #name: Buffer | null;
  /** Where each word stands next, and the name: each is looked for once in what a buffer holds. */
  readonly #next: number[];
  #named = -1;

  constructor(words: readonly string[], name: string | undefined) {
    this.#words = words.map((word) => Buffer.from(word));
    this.#name = name === undefined ? null : Buffer.from(name);
    this.#next = words.map(() => -1);
  }

  /**
   * Where such lines begin and end in a buffer that begins with a line, in turn, and at last where the line begins that
   * has no end yet. All at once, because the engine compiles what is called for each line again and again.
   * @param after up to there nothing ends a line, so that what was there before isn't looked at until its line ends
   */
  in(buffer: Buffer, length: number, after: number): number[] {
    const held = buffer.subarray(0, length);
    if (held.indexOf(NEWLINE, after) < 0) return [0];
    this.#next.fill(-1);
    this.#named = -1;
    const places: number[] = [];
    /** What told of the call before. */
    let told = 0;
    let toldEnd = 0;
    for (let from = 0; ; ) {
      const at = Math.min(length, this.#nearest(held, from));
      const end = at < length ? found(held, NEWLINE, at) : length;
      if (end >= length) {
        places.push(Math.max(from, lineStart(held, at)));
        return places;
      }
      const same = this.#nameEnd(held, at, end);
      const isSame = same > at && same - at === toldEnd - told;
      if (!isSame || held.compare(held, told, toldEnd, at, same) !== 0) {
        places.push(Math.max(from, lineStart(held, at)), end);
      }
      told = at;
      toldEnd = same;
      from = end + 1;
    }
  }

  #nearest(buffer: Buffer, from: number): number {
    const next = this.#next;
    let nearest = Number.POSITIVE_INFINITY;
    for (let index = 0; index < next.length; index++) {
      let at = next[index] as number;
      if (at < from) {
        at = found(buffer, this.#words[index] as Buffer, from);
        next[index] = at;
      }
      if (at < nearest) nearest = at;
    }
    return nearest;
  }

  /**
   * Where the name of a line's call ends, which is the last one: what tools are given may have the same keys. A line
   * without one, or with a word behind it, is never taken for a repetition.
   */
  #nameEnd(buffer: Buffer, at: number, end: number): number {
    if (this.#name === null) return at;
    if (this.#named < at) this.#named = found(buffer, this.#name, at);
    if (this.#named >= end) return at;
    const last = buffer.lastIndexOf(this.#name, end);
    const nameEnd = found(buffer, QUOTE, last + this.#name.length);
    return nameEnd > end || this.#nearest(buffer, nameEnd) < end ? at : nameEnd;
  }
}

function found(buffer: Buffer, what: Buffer | number, from: number): number {
  const at = buffer.indexOf(what, from);
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

function lineStart(buffer: Buffer, at: number): number {
  return at > 0 ? buffer.lastIndexOf(NEWLINE, at - 1) + 1 : 0;
}
