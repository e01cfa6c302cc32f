/** Before a cut this much is given up, since it may be the beginning of a secret. */
export const MARGIN_CHARS = 1024;

/** Redacts the beginning of a text as if it were redacted whole: what stands at the cut goes. */
export function redactBeginning(
  text: string,
  chars: number,
  redact: (text: string) => string,
): string {
  const look = chars + MARGIN_CHARS;
  if (text.length <= look) return redact(text.toWellFormed());
  const redacted = redact(text.slice(0, look).toWellFormed());
  // What was redacted is shorter and brings the cut nearer.
  return redacted.slice(0, -MARGIN_CHARS);
}

/**
 * How much of a value is still wanted, counted over all its texts in their order. To redact costs far more
 * than to read, so that megabytes of which the beginning is kept must be cut first.
 */
export class Cut {
  #left: number;
  #wasCut = false;

  constructor(chars: number) {
    this.#left = chars;
  }

  /** Whether anything was left out. */
  get wasCut(): boolean {
    return this.#wasCut;
  }

  /** Counts a member, by the least that it takes in JSON; false where nothing more is wanted. */
  takes(key: string, isListed: boolean): boolean {
    if (this.#left <= 0) this.#wasCut = true;
    this.#left -= isListed ? 2 : key.length + 4;
    return !this.#wasCut;
  }

  /** The beginning of a text, redacted. */
  apply(text: string, redact: (text: string) => string): string {
    const wanted = Math.max(this.#left, 0);
    this.#left -= text.length;
    if (text.length > wanted) this.#wasCut = true;
    return redactBeginning(text, wanted, redact);
  }

  /** As many members as can be wanted at most. */
  membersOf(value: object): object {
    const most = Math.max(this.#left, 0) / 2 + 1;
    if (Array.isArray(value)) return value.length <= most ? value : value.slice(0, most);
    const members: Record<string, unknown> = {};
    let count = 0;
    for (const key in value) {
      if (count++ > most) break;
      Object.defineProperty(members, key, { value: Reflect.get(value, key), enumerable: true });
    }
    return members;
  }
}
