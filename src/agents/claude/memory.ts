import type { ToldTotals } from "../history/model.ts";
import { object, type Payload } from "../wire/payload.ts";
import type { claudeTotals } from "./usage.ts";

type Totals = ReturnType<typeof claudeTotals>;

/** The call of a tool that has no result so far. */
interface Pending {
  readonly name: string | null;
  readonly input: unknown;
  readonly path: string;
  /** Where its line begins. */
  readonly offset: number;
  /** How many prompts have come since. */
  prompts: number;
}

/** So many results are known by the time a subagent's file appears that belongs to one of them. */
const KEPT_RESULTS = 100;
/** A tool that has had no result by then has none. */
const PROMPTS_TO_WAIT = 2;

/** A subagent whose end isn't known yet. */
interface Waiting {
  readonly agent: string;
  readonly path: string;
}

/** What is left of it for the next pass: ids, numbers and paths. */
interface State {
  readonly externalId: string;
  readonly rank: number;
  readonly isFork: boolean;
  readonly base:
    | readonly [string, Totals extends ReadonlyMap<string, infer T> ? T : never][]
    | null;
  readonly totals: { readonly at: number; readonly models: State["base"] } | null;
  readonly own: readonly string[];
  readonly done: readonly [string, number][];
  readonly waiting: readonly [string, Waiting][];
  readonly times: readonly [string, number][];
}

const shortened = (id: string) => Bun.hash(id).toString(36).slice(0, 9);

/** What a reader has to know of the lines before. */
export class ClaudeMemory {
  /** The last known time in each file. */
  readonly times: Map<string, number>;
  readonly #own: Set<string>;
  readonly #done: Map<string, number>;
  /** By the ids of the calls that started them. */
  readonly #waiting: Map<string, Waiting>;
  readonly #pending = new Map<string, Pending>();
  #told = "";
  /** What the parent of a fork had used: the running total goes on from it. */
  base: Totals | null;
  isFork: boolean;
  readonly externalId: string;
  readonly rank: number;
  readonly totals: ToldTotals | null;

  constructor(state: object | null) {
    const kept = state as State | null;
    this.times = new Map(kept?.times);
    this.#own = new Set(kept?.own);
    this.#done = new Map(kept?.done);
    this.#waiting = new Map(kept?.waiting);
    this.base = kept?.base ? new Map(kept.base) : null;
    this.isFork = kept?.isFork ?? false;
    this.externalId = kept?.externalId ?? "";
    this.rank = kept?.rank ?? 0;
    const { at, models } = kept?.totals ?? { at: 0, models: null };
    this.totals = models === null ? null : { at, models: new Map(models) };
  }

  /** Whether the line before told the same usage: each block of an answer repeats it. */
  repeats(line: Payload, message: Payload): boolean {
    const output = object(message, "usage")?.["output_tokens"];
    const told = `${message["id"]}:${line["requestId"]}:${output}`;
    const isSame = told === this.#told;
    this.#told = told;
    return isSame;
  }

  /** Notes a message that stands outside a subagent's lines. */
  owns(message: string): void {
    this.#own.add(shortened(message));
  }

  isOwn(message: string): boolean {
    return this.#own.has(shortened(message));
  }

  called(useId: string, call: Omit<Pending, "prompts">): void {
    if (!this.#done.has(useId)) this.#pending.set(useId, { ...call, prompts: 0 });
  }

  /** The call that has its result now, or null. */
  answered(useId: string, at: number): Pending | null {
    const call = this.#pending.get(useId) ?? null;
    if (call === null) return null;
    this.#pending.delete(useId);
    this.#done.set(useId, at);
    return call;
  }

  /** After a further prompt, what was called long before gets no result any more. */
  prompted(): void {
    for (const [useId, call] of this.#pending) {
      if (++call.prompts >= PROMPTS_TO_WAIT) this.#pending.delete(useId);
    }
  }

  started(useId: string, agent: string, path: string): void {
    this.#waiting.set(useId, { agent, path });
  }

  /** The subagents that have ended, with when. */
  *stopped(): Generator<Waiting & { readonly at: number }> {
    for (const [useId, waiting] of this.#waiting) {
      const at = this.#done.get(useId);
      if (at === undefined) continue;
      this.#waiting.delete(useId);
      yield { ...waiting, at };
    }
  }

  /** Where the oldest call without a result stands in each file. */
  unanswered(): Map<string, number> {
    const oldest = new Map<string, number>();
    for (const { path, offset } of this.#pending.values()) {
      oldest.set(path, Math.min(offset, oldest.get(path) ?? offset));
    }
    return oldest;
  }

  state(externalId: string, rank: number, totals: ToldTotals | null): State {
    return {
      externalId,
      rank,
      isFork: this.isFork,
      base: this.base === null ? null : [...this.base],
      totals: totals === null ? null : { at: totals.at, models: [...totals.models] },
      own: [...this.#own],
      done: [...this.#done].slice(-KEPT_RESULTS),
      waiting: [...this.#waiting],
      times: [...this.times],
    };
  }
}
