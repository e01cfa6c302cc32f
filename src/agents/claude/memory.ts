import type { HistoryFiles, ToldTotals } from "../history/model.ts";
import { OpenCalls } from "../history/open-calls.ts";
import { shortened } from "../history/shortened.ts";
import { asObject } from "../history/values.ts";
import type { Payload } from "../wire/payload.ts";
import type { claudeTotals } from "./usage.ts";

type Totals = ReturnType<typeof claudeTotals>;

/** So many results are known by the time a subagent's file appears that belongs to one of them. */
const KEPT_RESULTS = 100;

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

/** What a reader has to know of the lines before. */
export class ClaudeMemory {
  /** The last known time in each file. */
  readonly times: Map<string, number>;
  readonly #own: Set<string>;
  readonly #done: Map<string, number>;
  /** By the ids of the calls that started them. */
  readonly #waiting: Map<string, Waiting>;
  /** The calls of tools that have no result so far. */
  readonly open: OpenCalls;
  #told: Readonly<Record<"id" | "request" | "output", unknown>> = { id: 0, request: 0, output: 0 };
  #lastOwn = "";
  /** What the parent of a fork had used: the running total goes on from it. */
  base: Totals | null;
  isFork: boolean;
  readonly externalId: string;
  readonly rank: number;
  readonly totals: ToldTotals | null;

  constructor(files: HistoryFiles, state: object | null) {
    this.open = new OpenCalls(files);
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
    const [id, request] = [message["id"], line["requestId"]];
    const output = asObject(message["usage"])?.["output_tokens"];
    const told = this.#told;
    const isSame = id === told.id && request === told.request && output === told.output;
    if (!isSame) this.#told = { id, request, output };
    return isSame;
  }

  /** Notes a message that stands outside a subagent's lines. */
  owns(message: string): void {
    // Each block of an answer names it.
    if (message === this.#lastOwn) return;
    this.#lastOwn = message;
    this.#own.add(shortened(message));
  }

  isOwn(message: string): boolean {
    return this.#own.has(shortened(message));
  }

  called(...call: Parameters<OpenCalls["called"]>): void {
    if (!this.#done.has(call[0])) this.open.called(...call);
  }

  /** The call that has its result now, or null. */
  answered(useId: string, at: number): ReturnType<OpenCalls["answered"]> {
    const call = this.open.answered(useId);
    if (call !== null) this.#done.set(useId, at);
    return call;
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
