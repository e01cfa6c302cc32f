/** More kinds of characters than occur in words. */
const KIND_BITS = 7;
/** Marks a state in which a word ends. */
const ENDS = 0x8000;

/** The only one, but for the capitals of the words' letters, that becomes a letter of theirs. */
const KELVIN = "\u212a";

/**
 * Finds many words in one pass over a text, whatever the case of its letters, as Aho and Corasick do it: each state is the
 * longest beginning of a word that the text before ends with.
 */
export class Automaton<T> {
  /** Of each character its kind; 0 is that of all which no word has. */
  readonly #kinds = new Uint8Array(0x10000);
  /** For each state and kind of character the next state. */
  readonly #next: Uint16Array;
  /** For each state what the words tell together that end there. */
  readonly #told: (T | undefined)[] = [undefined];

  /**
   * @param words in lower case, with what each of them tells
   * @param both what two tell together
   */
  constructor(words: ReadonlyMap<string, T>, both: (one: T, other: T) => T) {
    const all = [...words.keys()].join("");
    this.#next = new Uint16Array((all.length + 1) << KIND_BITS);
    this.#setKinds(all);
    this.#connect(this.#edges(words), both);
  }

  /** Calls `found` wherever words end, with what they tell. */
  search(text: string, found: (told: T, end: number) => void): void {
    const kinds = this.#kinds;
    const next = this.#next;
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const kind = kinds[text.charCodeAt(at)] as number;
      state = next[(state << KIND_BITS) | kind] as number;
      if (state < ENDS) continue;
      state -= ENDS;
      found(this.#told[state] as T, at + 1);
    }
  }

  #setKinds(chars: string): void {
    let kind = 0;
    for (const char of new Set(chars)) {
      kind++;
      for (const each of [char, char.toUpperCase()]) {
        if (each.length === 1) this.#kinds[each.charCodeAt(0)] = kind;
      }
    }
    this.#kinds[KELVIN.charCodeAt(0)] = this.#kinds["k".charCodeAt(0)] as number;
  }

  /** For each state which states follow it by a character of a word. */
  #edges(words: ReadonlyMap<string, T>): Map<number, number>[] {
    const edges = [new Map<number, number>()];
    for (const [word, told] of words) {
      let state = 0;
      for (let at = 0; at < word.length; at++) {
        const kind = this.#kinds[word.charCodeAt(at)] as number;
        let child = edges[state]?.get(kind);
        if (child === undefined) {
          child = edges.push(new Map()) - 1;
          this.#told.push(undefined);
          edges[state]?.set(kind, child);
        }
        state = child;
      }
      this.#told[state] = told;
    }
    return edges;
  }

  /** A state goes on as does the next shorter one, but for its own edges. The shorter ones come first. */
  #connect(edges: readonly ReadonlyMap<number, number>[], both: (one: T, other: T) => T): void {
    const row = 1 << KIND_BITS;
    const shorter = new Uint16Array(edges.length);
    const states = [0];
    for (const state of states) {
      const from = (shorter[state] as number) * row;
      if (state !== 0) this.#next.copyWithin(state * row, from, from + row);
      for (const [kind, child] of edges[state] ?? []) {
        const other = state === 0 ? 0 : (this.#next[from + kind] as number) % ENDS;
        shorter[child] = other;
        const told = joined(this.#told[child], this.#told[other], both);
        this.#told[child] = told;
        this.#next[state * row + kind] = told === undefined ? child : child + ENDS;
        states.push(child);
      }
    }
  }
}

function joined<T>(own: T | undefined, other: T | undefined, both: (one: T, other: T) => T) {
  return own === undefined || other === undefined ? (own ?? other) : both(own, other);
}
