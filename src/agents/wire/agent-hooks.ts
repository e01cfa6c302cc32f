import type { Variable } from "../../settings/environment.ts";
import type { HookEvent } from "./event.ts";
import type { EventTable } from "./event-name.ts";
import type { Payload } from "./payload.ts";

export type Decode = (event: string, payload: Payload) => HookEvent | null;

/** What `mm hook` knows of an agent. Every call loads it, for all agents. */
export interface AgentHooks {
  /** What a payload tells under the agent's own name of an event, or ours. */
  readonly decode: Decode;
  /** The events that it has, under any of the names that it gives them. */
  readonly events: EventTable;
  /** Whether a payload has fields that name the agent; null where it sends none. */
  readonly isSigned: ((payload: Payload) => boolean) | null;
  /** Whether a payload that nobody signed has a shape that no other agent's has; null where it has none. */
  readonly isShaped: ((payload: Payload) => boolean) | null;
  /** Folders in a user's home in which its transcripts lie, and no other agent's. */
  readonly homes: readonly string[];
  /** Variables in which its hooks find what a payload leaves out, most wanted first; or null. */
  readonly variables: {
    readonly session: Variable | null;
    readonly folder: readonly Variable[];
    readonly version: Variable | null;
  } | null;
  /** The object by which it takes text from a hook at a session's start, or null where it takes none. */
  readonly briefed: ((text: string) => object) | null;
  /** What is missing at a session's end, where prompts are reported, only if nothing ever happened in it; or null. */
  readonly unusedWithout: "transcript" | "prompt" | null;
  /**
   * How its process is known to a hook: by the variable that holds its pid, else as the nearest ancestor of this
   * name, or whose interpreter runs this script, else as the nearest that is no shell and no wrapper. Null where
   * nobody has seen that any of it holds.
   */
  readonly process: {
    readonly variable: Variable | null;
    readonly name: string;
    readonly script: RegExp;
  } | null;
  /** The variable that names a file of shell lines, which its shells run after a session's start; or null. */
  readonly envFileVariable: Variable | null;
}
