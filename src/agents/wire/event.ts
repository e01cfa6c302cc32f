import type { AnyAgent } from "../agents.ts";

/** What an agent's hook tells, whatever the agent calls it. */
export const HOOK_KINDS = [
  "session-start",
  "session-end",
  "prompt",
  "tool-start",
  "tool-call",
  "tool-error",
  "subagent-start",
  "subagent-stop",
  "turn-end",
  "compact",
  "notification",
] as const;

export type HookKind = (typeof HOOK_KINDS)[number];

/** Why a session starts; null stands for what no agent says. */
export type StartSource = "startup" | "resume" | "clear" | "compact" | "fork";

/** Whether a start told it, be it as an event of its own: nothing else has a source. */
export function isStart({ kind, source }: Pick<HookEvent, "kind" | "source">): boolean {
  return kind === "session-start" || source !== null;
}

/** One hook call, decoded. Text is as the agent sent it: not redacted, not cut. */
export interface HookEvent {
  readonly kind: HookKind;
  /** Who called, which need not be whom the command line names. */
  readonly agent: AnyAgent;
  /** The agent's own id of the session. */
  readonly externalId: string;
  /** The agent's own name of the event, as it spells it. */
  readonly agentEvent: string;
  /** When it happened by the agent's clock, in milliseconds since 1970, or null. */
  readonly at: number | null;
  readonly cwd: string | null;
  readonly model: string | null;
  readonly agentVersion: string | null;
  readonly transcriptPath: string | null;
  /** The agent's title of the session. */
  readonly title: string | null;
  /** Of a session-start. */
  readonly source: StartSource | null;
  /** Of a session-end, in the agent's words. */
  readonly reason: string | null;
  /** Of a prompt. */
  readonly prompt: string | null;
  /** Of a tool-start, tool-call or tool-error. */
  readonly tool: ToolUse | null;
  /** Of a subagent-start or subagent-stop: its type or name. */
  readonly subagent: string | null;
  /** Of a notification or compaction: its text or trigger. */
  readonly message: string | null;
  /** Of a notification: whether the agent sets to work on it, as on a prompt. */
  readonly startsTurn: boolean;
  /** Of a notification: whether the agent asks for a permission or an answer, and waits for it. */
  readonly asks: boolean;
  /** Whether it tells nothing right after an event of its own type, nor where nothing has happened yet. */
  readonly repeats: boolean;
  /** The agent's id of this one tool call or subagent run, by which a second delivery is known. */
  readonly useId: string | null;
}

export interface ToolUse {
  readonly name: string;
  /** The one thing that it acts on: the command, the file, the query, the address; null where none is plain. */
  readonly object: string | null;
  /** The file that it reads or changes, or null. */
  readonly file: string | null;
  readonly ok: boolean;
  /** What went wrong, in the agent's words. */
  readonly error: string | null;
  /** Milliseconds that it took, by the agent. */
  readonly durationMs: number | null;
  /** Size of its result as text, in UTF-16 code units, or null. */
  readonly outputSize: number | null;
  /** Its input and its result as the agent sent them, for full capture. */
  readonly input: unknown;
  readonly output: unknown;
}
