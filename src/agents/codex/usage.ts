import { type Draft, modelCall, overlapping, tokenCount } from "../history/draft.ts";
import type { ModelCall, WantedLines } from "../history/model.ts";
import { id, object, type Payload } from "../wire/payload.ts";
import type { ThreadState, Total } from "./memory.ts";
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
  /** How often the total has begun anew. */
  #falls = 0;
  #hasRecords = false;
  #replayed: ReplayedHistory | null = null;

  constructor(session: Draft) {
    this.#session = session;
  }

  /** What the next pass has to know. */
  get state(): Pick<ThreadState, "isFork" | "last" | "hasRecords" | "falls"> {
    const [last, hasRecords, falls] = [this.#last, this.#hasRecords, this.#falls];
    return { isFork: this.isFork, last, hasRecords, falls };
  }

  goOn({ thread, isFork, last, hasRecords, falls = 0 }: ThreadState): void {
    this.thread = thread;
    this.isFork = isFork;
    this.#last = last;
    this.#hasRecords = hasRecords;
    this.#falls = falls;
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
    if (falls) this.#falls++;
    if (used.input + used.output <= 0) return;
    // A total that begins anew may come to the same as before.
    const again = this.#falls === 0 ? "" : `:${this.#falls}`;
    this.#add(`${this.thread}:${total.input}:${total.output}${again}`, used, at);
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
