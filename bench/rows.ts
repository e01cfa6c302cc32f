import { hookCommand } from "../src/edit/hook-command.ts";

/** A command to measure. */
export interface Row {
  readonly name: string;
  /** The words after `mm`. */
  readonly argv: readonly string[];
  /** The command for `sh` that is timed in the place of `mm`, for an `mm` at this path. */
  readonly command?: (mm: string) => string;
  /** A shell script that runs, untimed, before each call in the folder that contains `home/`. */
  readonly prepare?: string;
  /** A call to make once, before anything is counted. */
  readonly setUp?: { readonly argv: readonly string[]; readonly stdin: string };
  /** The standard input of the nth call; empty by default. */
  readonly stdin?: (call: number) => string;
  /** What a call prints on stdout and stderr. It shows that the call did its work. */
  readonly expect: RegExp;
  /** The table to which each call adds one row. The number of rows shows that every call did its work. */
  readonly adds?: "sessions" | "session_events";
  /** The row to compare with, instead of the empty program. */
  readonly baseline?: string;
  /** The highest acceptable ratio on a memory file system. */
  readonly goal?: number;
}

/** A row that is measured with `size` processes that start at once. */
export interface Burst extends Row {
  readonly size: number;
}

/** The number of stale sessions in the scenes that have any. */
export const STALE_SESSIONS = 10_000;
/** The highest acceptable ratio of a large database to a fresh one. */
export const LARGE_GOAL = 1.1;
export const MEMORY_GOAL_MB = 45;

// With a live session in the state file, `session start` would print a warning, which loads more code.
const REMOVE_STATE_FILE = "rm -f home/.current_session";
const CONTENT = "Edit src/parser.ts: handle an empty list";

const version: Row = { name: "--version", argv: ["--version"], expect: /^mm \d/ };

const newSession: Row = {
  name: "session start (new)",
  argv: ["session", "start"],
  prepare: REMOVE_STATE_FILE,
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

const list: Row = {
  name: "session list",
  argv: ["session", "list"],
  expect: /\n20 of \d+ sessions/,
};

/** What a shell runs when somebody presses Tab. */
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

const ps: Row = { name: "ps", argv: ["ps"], expect: /\n\d+ live/ };

const psLine: Row = {
  name: "ps --format",
  argv: ["ps", "--format", "{agent} {state} {age}"],
  expect: /^[\w-]+ (busy|waiting|idle|stale) \d+[smhdw]\n/,
};

/** A call by Claude Code. Each has its own session or tool-use id, because repeats are dropped. */
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

const HELLO = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "claude-code", version: "1" },
};

/** An agent's first moments with the server: both agree on a version, and it lists the tools, all in one breath. */
const mcp: Row = {
  name: "mcp (initialize, tools/list)",
  argv: ["mcp"],
  stdin: () =>
    [
      { jsonrpc: "2.0", id: 1, method: "initialize", params: HELLO },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/list", params: {} },
    ]
      .map((message) => `${JSON.stringify(message)}\n`)
      .join(""),
  expect: /"id":2/,
};

const gc: Row = { name: "gc", argv: ["gc"], expect: /^Nothing to (?:do|delete)\b/ };

/** Rows that are measured on each database and each file system. */
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

/** Rows that need a scene in which no row starts sessions: `ps` shows all live ones, in the end hundreds. */
export const READING_COMMANDS: readonly Row[] = [
  { ...list, goal: 2 },
  show,
  { ...ps, goal: 2.2 },
  { ...psLine, goal: 2.2 },
  { ...completeSession, goal: 3 },
  { ...mcp, goal: 14 },
];

/** Rows that are measured with each fsync taking 2 ms longer. */
export const SLOW_FSYNC_COMMANDS: readonly Row[] = [
  { ...log, name: "activity log, fsync + 2 ms", goal: 2.6 },
  { ...newSession, name: "session start (new), fsync + 2 ms", goal: 3.6 },
  { ...hookTool, name: "hook claude PostToolUse, fsync + 2 ms", goal: 3 },
];

const RESTORE_STALE = `${REMOVE_STATE_FILE} home/memtomem.db-*; cp stale.db home/memtomem.db`;
const PLAIN_START = "session start (new), beside 10,000 stale sessions";

/** Rows that are measured with many sessions that were never ended. The database is restored before each call. */
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

const SHELL = "a shell that does nothing";
/** What an earlier call has left to do in the background is done by then. */
const SETTLE = "sleep 0.1";

/** How long an agent waits for a hook: commands as `mm hooks install` writes them. */
export const WAITS: readonly Row[] = [
  {
    name: SHELL,
    argv: [],
    command: () => "true",
    prepare: SETTLE,
    stdin: toolCall("12 pass, 0 fail"),
    expect: /^$/,
  },
  ...(["PostToolUse", "SessionStart"] as const).map((event) => ({
    ...(event === "PostToolUse" ? hookTool : hookStart),
    name: `the hook of ${event}, as installed`,
    command: (program: string) =>
      hookCommand("posix", { program, home: null, agent: "claude", event }),
    prepare: SETTLE,
    baseline: SHELL,
  })),
];

/** Rows that are measured with processes that start all at once. `prepare` runs once before them. */
export const BURSTS: readonly Burst[] = [
  { ...resume, name: "session start --idempotent (resume), 100 at once", size: 100, goal: 1.6 },
  {
    name: "session start --idempotent (none yet), 100 at once",
    argv: resume.argv,
    prepare: REMOVE_STATE_FILE,
    expect: /^Session started: /,
    adds: "sessions",
    size: 100,
    goal: 1.6,
  },
  { ...log, name: "activity log, 100 at once", size: 100, goal: 1.6 },
  { ...hookTool, name: "hook claude PostToolUse, 50 at once", size: 50, goal: 1.4 },
];
