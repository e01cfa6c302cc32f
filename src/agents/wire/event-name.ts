import { HOOK_KINDS, type HookKind } from "./event.ts";

/** An agent's events as it spells them; null is one that is known and tells nothing here. */
export type EventTable = Readonly<Record<string, HookKind | null>>;

/** The events of Claude Code, whose names most agents took over. */
export const CLAUDE_EVENTS = {
  SessionStart: "session-start",
  SessionEnd: "session-end",
  UserPromptSubmit: "prompt",
  PreToolUse: "tool-start",
  PostToolUse: "tool-call",
  PostToolUseFailure: "tool-error",
  SubagentStart: "subagent-start",
  SubagentStop: "subagent-stop",
  Stop: "turn-end",
  StopFailure: "turn-end",
  PreCompact: "compact",
  Notification: "notification",
  ConfigChange: null,
  CwdChanged: null,
  DirectoryAdded: null,
  Elicitation: null,
  ElicitationResult: null,
  FileChanged: null,
  InstructionsLoaded: null,
  MessageDisplay: null,
  PermissionDenied: null,
  PermissionRequest: null,
  PostCompact: null,
  PostModelSwitch: null,
  PostToolBatch: null,
  PreModelSwitch: null,
  Setup: null,
  TaskCompleted: null,
  TaskCreated: null,
  TeammateIdle: null,
  UserPromptExpansion: null,
  WorktreeCreate: null,
  WorktreeRemove: null,
} as const satisfies EventTable;

export interface NamedEvent {
  readonly kind: HookKind;
  /** As the agent spells it. */
  readonly name: string;
}

const MAX_NAME = 64;

/**
 * Which event of an agent this is, or null. What the payload says counts where the agent has such an
 * event; else what was typed does: the agent's own name, ours, or Claude's for the same thing.
 */
export function nameEvent(
  events: EventTable,
  typed: string,
  said: string | null,
): NamedEvent | null {
  const own = (said === null ? undefined : spelled(events, said)) ?? spelled(events, typed);
  if (own !== undefined) {
    const kind = events[own];
    return kind ? { kind, name: own } : null;
  }
  const word = fold(typed);
  const claude = spelled(CLAUDE_EVENTS, typed) as keyof typeof CLAUDE_EVENTS | undefined;
  const kind = HOOK_KINDS.find((each) => fold(each) === word) ?? (claude && CLAUDE_EVENTS[claude]);
  const name = kind && Object.keys(events).find((each) => events[each] === kind);
  return kind && name ? { kind, name } : null;
}

/** Whether an agent with these events has one of this name, its own, ours or Claude's. */
export function isEventName(events: EventTable, name: string): boolean {
  const word = fold(name);
  return (
    spelled(events, name) !== undefined ||
    spelled(CLAUDE_EVENTS, name) !== undefined ||
    HOOK_KINDS.some((each) => fold(each) === word)
  );
}

function spelled(events: EventTable, name: string): string | undefined {
  if (Object.hasOwn(events, name)) return name;
  const word = fold(name);
  return Object.keys(events).find((each) => fold(each) === word);
}

function fold(name: string): string {
  return name.length > MAX_NAME ? "" : name.toLowerCase().replace(/[-_.:]/gu, "");
}
