/** One command whose calls are measured. */
export interface Row {
  readonly name: string;
  /** The words after `mm`. */
  readonly argv: readonly string[];
  /** Shell script, run untimed before each call in the folder that holds `home/`. */
  readonly prepare?: string;
  /** Run once, before anything is counted. */
  readonly setUp?: { readonly argv: readonly string[]; readonly stdin: string };
  /** What the nth call reads; standard input is empty without it. */
  readonly stdin?: (call: number) => string;
  /** What a call prints, on stdout and stderr together; tells that it did its work. */
  readonly expect: RegExp;
  /** The table that each call adds one row to; tells that every call did its work. */
  readonly adds?: "sessions" | "session_events";
  /** The other row that this one is compared with, instead of the empty program. */
  readonly baseline?: string;
  /** The highest ratio that is good enough, on a memory file system. */
  readonly goal?: number;
}

/** A row measured as `size` processes that start at once. */
export interface Burst extends Row {
  readonly size: number;
}

/** How many sessions the scenes with stale ones hold. */
export const STALE_SESSIONS = 10_000;
/** A large database takes at most so many times as long as a fresh one. */
export const LARGE_GOAL = 1.1;
export const MEMORY_GOAL_MB = 45;

// A live session in the state file would make `session start` warn about it, which loads more code.
const FORGET_CURRENT = "rm -f home/.current_session";
const CONTENT = "Edit src/parser.ts: handle an empty list";

const version: Row = { name: "--version", argv: ["--version"], expect: /^mm \d/ };

const newSession: Row = {
  name: "session start (new)",
  argv: ["session", "start"],
  prepare: FORGET_CURRENT,
  expect: /^Session started: .*\n {2}Agent: default\n {2}Namespace: default\n$/,
  adds: "sessions",
};

const resume: Row = {
  name: "session start --idempotent (resume)",
  argv: ["session", "start", "--idempotent"],
  expect: /^Session resumed: /,
};

const log: Row = {
  name: "activity log",
  argv: ["activity", "log", "--content", CONTENT],
  expect: /^$/,
  adds: "session_events",
};

const logFromStdin: Row = {
  name: "activity log --content - (stdin)",
  argv: ["activity", "log", "--content", "-"],
  stdin: (call) => `${CONTENT}\n${"a line of the tool's output\n".repeat(100)}call ${call}\n`,
  expect: /^$/,
  adds: "session_events",
};

const list: Row = { name: "session list", argv: ["session", "list"], expect: /\n20 session/ };

/** What a shell asks when somebody presses the tab key. */
const completeSession: Row = {
  name: "__complete (session ids)",
  argv: ["__complete", "zsh", "--", "mm", "session", "events", ""],
  expect: /^words\n/,
};

const show: Row = {
  name: "session show last",
  argv: ["session", "show", "last"],
  expect: /\nSession +[0-9a-f-]{36}\n/,
};

const ps: Row = { name: "ps", argv: ["ps"], expect: /\n\d+ session\(s\)/ };

const psLine: Row = {
  name: "ps --format",
  argv: ["ps", "--format", "{agent} {state} {age}"],
  expect: /^[\w-]+ (busy|waiting|idle|stale) \d+[smhdw]\n/,
};

/** A call of Claude Code; each has a session or a tool-use id of its own, since a repeat is dropped. */
function claudeCall(event: string, fields: (call: number) => object) {
  return (call: number) =>
    JSON.stringify({
      session_id: "0482db63-51f0-4d0e-9c6b-0d1c8f6a7b21",
      transcript_path: "/home/u/.claude/projects/-w/0482db63-51f0-4d0e-9c6b-0d1c8f6a7b21.jsonl",
      cwd: "/tmp",
      hook_event_name: event,
      ...fields(call),
    });
}

function toolCall(response: string) {
  return claudeCall("PostToolUse", (call) => ({
    permission_mode: "default",
    tool_name: "Bash",
    tool_input: { command: "npm test", description: "Run the tests" },
    tool_response: { stdout: response, stderr: "", interrupted: false, isImage: false },
    tool_use_id: `toolu_${call}_${crypto.randomUUID()}`,
    duration_ms: 25,
  }));
}

const hookTool: Row = {
  name: "hook claude PostToolUse",
  argv: ["hook", "claude", "PostToolUse"],
  stdin: toolCall("12 pass, 0 fail"),
  setUp: {
    argv: ["hook", "claude", "SessionStart"],
    stdin: claudeCall("SessionStart", () => ({ source: "startup" }))(0),
  },
  expect: /^$/,
  adds: "session_events",
};

const hookStart: Row = {
  name: "hook claude SessionStart",
  argv: ["hook", "claude", "SessionStart"],
  stdin: claudeCall("SessionStart", () => ({ source: "startup", session_id: crypto.randomUUID() })),
  expect: /^$/,
  adds: "sessions",
};

const hookLarge: Row = {
  ...hookTool,
  name: "hook claude PostToolUse, 5 MB",
  stdin: toolCall("x".repeat(5_000_000)),
};

const gc: Row = { name: "gc", argv: ["gc"], expect: /^Nothing was left to be finished\n/ };

/** Measured on each database and each file system. */
export const COMMANDS: readonly Row[] = [
  { ...version, goal: 1.15 },
  { ...newSession, goal: 2.6 },
  { ...resume, goal: 1.7 },
  { ...log, goal: 1.9 },
  logFromStdin,
  { ...hookTool, goal: 2 },
  { ...hookStart, goal: 2.6 },
  { ...hookLarge, goal: 14 },
  gc,
];

/** The same, where no other row starts sessions: hundreds would be live by the end, and `ps` shows them all. */
export const READING_COMMANDS: readonly Row[] = [
  { ...list, goal: 2 },
  show,
  { ...ps, goal: 2.2 },
  { ...psLine, goal: 2.2 },
  { ...completeSession, goal: 3 },
];

/** Measured where each fsync takes 2 ms longer. */
export const SLOW_FSYNC_COMMANDS: readonly Row[] = [
  { ...log, name: "activity log, fsync + 2 ms", goal: 2.6 },
  { ...newSession, name: "session start (new), fsync + 2 ms", goal: 3.6 },
  { ...hookTool, name: "hook claude PostToolUse, fsync + 2 ms", goal: 3 },
];

const RESTORE_STALE = `${FORGET_CURRENT} home/memtomem.db-*; cp stale.db home/memtomem.db`;
const PLAIN_START = "session start (new), beside 10,000 stale sessions";

/** Measured on a database full of sessions that were never ended, which is restored before each call. */
export const STALE_COMMANDS: readonly Row[] = [
  { name: PLAIN_START, argv: ["session", "start"], prepare: RESTORE_STALE, expect: /^Session st/ },
  {
    name: "session start --auto-end-stale 7d (ends 10,000)",
    argv: ["session", "start", "--auto-end-stale", "7d"],
    prepare: RESTORE_STALE,
    expect: /Auto-ended 10000 session\(s\) \(10000 stale\)/,
    baseline: PLAIN_START,
    goal: 10,
  },
];

/** Measured as processes that start all at once; `prepare` runs once before them. */
export const BURSTS: readonly Burst[] = [
  { ...resume, name: "session start --idempotent (resume), 100 at once", size: 100, goal: 1.6 },
  {
    name: "session start --idempotent (none yet), 100 at once",
    argv: resume.argv,
    prepare: FORGET_CURRENT,
    expect: /^Session started: /,
    adds: "sessions",
    size: 100,
    goal: 1.6,
  },
  { ...log, name: "activity log, 100 at once", size: 100, goal: 1.6 },
  { ...hookTool, name: "hook claude PostToolUse, 50 at once", size: 50, goal: 1.4 },
];
