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

/** What a tool's call that hasn't failed did with a file. */
const DEEDS: Readonly<Record<string, string>> = {
  changed: "changed",
  read: "read",
  other: "touched",
};

/** What an event is called: by what it did with a file, or by its type. */
export function deedWord(type: string, did: string | null): string {
  return did !== null && Object.hasOwn(DEEDS, did) ? (DEEDS[did] ?? did) : eventWord(type);
}

/** The type that a word stands for, or the word itself. */
export function eventType(word: string): string {
  return Object.entries(WORDS).find(([, each]) => each === word)?.[0] ?? word;
}
