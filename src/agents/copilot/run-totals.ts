import { modelCall, overlapping, tokenCount } from "../history/draft.ts";
import type { ModelCall } from "../history/model.ts";
import { isPayload, object, type Payload } from "../wire/payload.ts";

/** What a shutdown tells of one model. */
interface Run {
  readonly at: number;
  readonly requests: number;
  readonly input: number;
  readonly read: number;
  readonly written: number;
  readonly output: number;
  readonly reasoning: number;
}

function runOf(metrics: Payload, at: number): Run {
  const usage = object(metrics, "usage");
  return {
    at,
    requests: tokenCount(object(metrics, "requests"), "count"),
    input: tokenCount(usage, "inputTokens"),
    read: tokenCount(usage, "cacheReadTokens"),
    written: tokenCount(usage, "cacheWriteTokens"),
    output: tokenCount(usage, "outputTokens"),
    reasoning: tokenCount(usage, "reasoningTokens"),
  };
}

/** Whether it can't be the same run, counted further. */
function isNew(run: Run, before: Run): boolean {
  return (
    run.requests <= before.requests ||
    run.input < before.input ||
    run.read < before.read ||
    run.written < before.written ||
    run.output < before.output
  );
}

/** The runs of each model, in their order. */
export type RunsOfModels = readonly (readonly [model: string, runs: readonly Run[]])[];

/** What shutdowns tell: older versions of their own run, newer ones of the whole session. */
export class RunTotals {
  readonly #models: Map<string, readonly Run[]>;

  constructor(known: RunsOfModels = []) {
    this.#models = new Map(known);
  }

  get all(): RunsOfModels {
    return [...this.#models];
  }

  add(metrics: Payload, at: number): void {
    for (const [model, told] of Object.entries(metrics)) {
      if (!isPayload(told)) continue;
      const run = runOf(told, at);
      const runs = this.#models.get(model) ?? [];
      const before = runs.at(-1);
      const isSame = before !== undefined && !isNew(run, before);
      this.#models.set(model, [...(isSame ? runs.slice(0, -1) : runs), run]);
    }
  }

  *calls(session: string): Generator<ModelCall> {
    for (const [model, runs] of this.#models) {
      for (const [
        index,
        { at, requests, input, read, written, output, reasoning },
      ] of runs.entries()) {
        yield modelCall({
          key: `${session}:${model}:${index}`,
          at,
          model,
          ...overlapping(input, read, written),
          output,
          reasoning,
          count: requests,
        });
      }
    }
  }
}
