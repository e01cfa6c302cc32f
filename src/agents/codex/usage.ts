import { type Draft, modelCall, overlapping, tokenCount } from "../history/draft.ts";
import type { ModelCall, WantedLines } from "../history/model.ts";
import { shortened } from "../history/shortened.ts";
import { id, object, type Payload } from "../wire/payload.ts";
import type { KeptThread, ThreadState, Total } from "./memory.ts";
import type { ReplayedHistory } from "./replayed.ts";

/** Totals, and what tells whose they are: the thread, its turns, and where a parent's history ends. */
export const WITH_CALLS: WantedLines = {
  callWords: [
    '"token_usage_record"',
    '"token_count"',
    '"session_meta"',
    '"turn_context"',
    '"turn_id"',
    '"user_message"',
  ],
};

const NOTHING: Total = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 };

function totalOf(usage: Payload): Total {
  return {
    input: tokenCount(usage, "input_tokens"),
    cached: tokenCount(usage, "cached_input_tokens"),
    written: tokenCount(usage, "cache_write_input_tokens"),
    output: tokenCount(usage, "output_tokens"),
    reasoning: tokenCount(usage, "reasoning_output_tokens"),
  };
}

function difference(a: Total, b: Total): Total {
  return {
    input: a.input - b.input,
    cached: Math.max(0, a.cached - b.cached),
    written: Math.max(0, a.written - b.written),
    output: a.output - b.output,
    reasoning: Math.max(0, a.reasoning - b.reasoning),
  };
}

/** The calls of a thread: told one by one, or as the differences of a running total. */
export class CodexUsage {
  readonly #session: Draft;
  thread = "";
  isFork = false;
  #last: Total | null = null;
  /** The totals after which calls were named, in turn, and how often each was. */
  readonly #totals: string[] = [];
  readonly #told = new Map<string, number>();
  /** Whether no earlier version has left them out. */
  knowsTotals = true;
  #hasRecords = false;
  #replayed: ReplayedHistory | null = null;

  constructor(session: Draft) {
    this.#session = session;
  }

  /** What the next pass has to know. */
  get state(): Pick<ThreadState, "isFork" | "last" | "hasRecords" | "counted"> {
    const [last, hasRecords, counted] = [this.#last, this.#hasRecords, this.#totals.length];
    return { isFork: this.isFork, last, hasRecords, counted };
  }

  /** A state as it is kept: many are made that aren't. */
  kept({ counted, ...state }: ThreadState): KeptThread {
    return { ...state, totals: this.#totals.slice(0, counted) };
  }

  goOn({ thread, isFork, last, hasRecords, totals }: KeptThread): void {
    this.thread = thread;
    this.isFork = isFork;
    this.#last = last;
    this.#hasRecords = hasRecords;
    this.knowsTotals = totals !== undefined;
    for (const total of totals ?? []) this.#times(total);
  }

  follows(replayed: ReplayedHistory): void {
    this.#replayed = replayed;
  }

  record(payload: Payload, at: number): void {
    const usage = object(payload, "usage");
    const name = id(payload, "response_id");
    if (usage === null || name === null) return;
    this.#hasRecords = true;
    this.#add(`${name}`, totalOf(usage), at);
  }

  /** A total that hasn't changed is no call: it is told again at every refresh of a limit. */
  counted(info: Payload | null, at: number): void {
    const told = object(info, "total_token_usage");
    if (told === null) return;
    const total = totalOf(told);
    const before = this.#last ?? this.#before(total, object(info, "last_token_usage"));
    this.#last = total;
    if (this.#hasRecords) return;
    const falls = total.input < before.input || total.output < before.output;
    const used = falls ? total : difference(total, before);
    if (used.input + used.output <= 0) return;
    const name = `${total.input}:${total.output}`;
    const times = this.#times(shortened(name));
    this.#add(`${this.thread}:${name}${times === 1 ? "" : `:${times}`}`, used, at);
  }

  /** How often a call was named after this total, which may come again once it has begun anew. */
  #times(total: string): number {
    const times = (this.#told.get(total) ?? 0) + 1;
    this.#told.set(total, times);
    this.#totals.push(total);
    return times;
  }

  /** The total of a fork goes on from its parent's. */
  #before(total: Total, last: Payload | null): Total {
    const replayed = this.#replayed?.lastTotal ?? null;
    if (replayed !== null) return totalOf(replayed);
    return this.isFork && last !== null ? difference(total, totalOf(last)) : NOTHING;
  }

  #add(key: string, used: Total, at: number): void {
    const tokens = overlapping(used.input, used.cached, used.written);
    const { output, reasoning } = used;
    const { model } = this.#session.facts;
    const call: ModelCall = modelCall({ key, at, model, ...tokens, output, reasoning });
    this.#session.call(call);
  }
}
