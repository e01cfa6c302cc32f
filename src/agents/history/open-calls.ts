import type { HistoryFiles } from "./model.ts";

/** A tool has been called that has no result so far. */
interface OpenCall {
  readonly name: string | null;
  readonly input: unknown;
}

/** A line of a file. */
interface Place {
  readonly path: string;
  /** Where the line begins. */
  readonly offset: number;
}

/** A tool that has had no result by then has none. */
const PROMPTS_TO_WAIT = 2;

/** The calls of tools that have no result so far, by their ids. The next pass begins at the oldest of them. */
export class OpenCalls<P extends Place = Place> {
  readonly #calls = new Map<string, OpenCall & { readonly place: P; prompts: number }>();
  readonly #wantsEvents: boolean;

  constructor({ wantsEvents }: Pick<HistoryFiles, "wantsEvents">) {
    this.#wantsEvents = wantsEvents;
  }

  called(useId: string, { name, input }: OpenCall, place: P): void {
    if (this.#wantsEvents) this.#calls.set(useId, { name, input, place, prompts: 0 });
  }

  has(useId: string): boolean {
    return this.#calls.has(useId);
  }

  /** The call that has its result now, or null. */
  answered(useId: string): OpenCall | null {
    const call = this.#calls.get(useId);
    if (call === undefined) return null;
    this.#calls.delete(useId);
    return { name: call.name, input: call.input };
  }

  /** After a further prompt, what was called long before gets no result any more. */
  prompted(): void {
    for (const [useId, call] of this.#calls) {
      if (++call.prompts >= PROMPTS_TO_WAIT) this.#calls.delete(useId);
    }
  }

  /** Where the oldest one stands in each file. */
  oldest(): Map<string, P> {
    const oldest = new Map<string, P>();
    for (const { place } of this.#calls.values()) {
      const before = oldest.get(place.path);
      if (before === undefined || place.offset < before.offset) oldest.set(place.path, place);
    }
    return oldest;
  }
}
