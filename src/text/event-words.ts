/** What people call the types of events. Others are called what they are. */
const WORDS: Readonly<Record<string, string>> = {
  tool_call: "tool",
  turn_end: "done",
  subagent_start: "subagent",
  subagent_stop: "subagent done",
  session_resume: "resumed",
  session_end: "ended",
  compact: "compacted",
  notification: "notice",
};

export function eventWord(type: string): string {
  return Object.hasOwn(WORDS, type) ? (WORDS[type] ?? type) : type;
}

/** The type that a word stands for, or the word itself. */
export function eventType(word: string): string {
  return Object.entries(WORDS).find(([, each]) => each === word)?.[0] ?? word;
}
