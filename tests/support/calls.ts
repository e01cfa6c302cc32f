import type { HookKind, StartSource } from "../../src/agents/wire/event.ts";
import type { HookRecord } from "../../src/record/record.ts";

/** A hook call in a random sequence. */
export interface Call {
  readonly key: string;
  readonly kind: HookKind;
  readonly at: number;
  readonly source: StartSource | null;
  /** What names it among the calls of its session; null for starts and ends, which are no events. */
  readonly name: string | null;
}

let calls = 0;

/** The record of a call, which has an id of its own each time. */
export function recordOf({ key, kind, at, source, name }: Call): HookRecord {
  const isEvent = kind !== "session-start" && kind !== "session-end";
  return {
    id: `call ${++calls}`,
    kind,
    source,
    reason: kind === "session-end" ? "other" : null,
    at,
    agent: "claude",
    agentId: "claude-code",
    externalId: key,
    agentEvent: kind,
    agentVersion: null,
    model: null,
    cwd: "/w",
    transcript: null,
    title: null,
    promptTitle: kind === "prompt" ? name : null,
    event: { type: isEvent ? kind : "session_resume", content: name ?? "", metadata: {} },
    dedupKey: `${kind}:${name ?? at}`,
    dedupWithinMs: 8.64e15,
    place: null,
    process: null,
    phantomAtEnd: false,
  };
}
