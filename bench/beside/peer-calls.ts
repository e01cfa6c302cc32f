import { EMPTY_WORD } from "../binaries.ts";

const SESSION = "0482db63-51f0-4d0e-9c6b-0d1c8f6a7b21";

/** The nth payload of an event. */
export function payload(event: string, fields: (call: number) => object) {
  return (call: number) =>
    JSON.stringify({ session_id: SESSION, cwd: "/tmp", hook_event_name: event, ...fields(call) });
}

const STARTS = payload("SessionStart", (call) => ({ source: "startup", session_id: `s${call}` }));
const PROMPTS = payload("UserPromptSubmit", (call) => ({
  prompt: `fix ${call}`,
  prompt_id: `p${call}`,
}));
const TOOL = { tool_name: "Bash", tool_input: { command: "npm test" } };
const DONE = { ...TOOL, tool_response: { stdout: "12 pass, 0 fail" } };
const TOOLS = payload("PostToolUse", (call) => ({ ...DONE, tool_use_id: `t${call}` }));
const BEFORE_TOOLS = payload("PreToolUse", (call) => ({ ...TOOL, tool_use_id: `t${call}` }));
// It ends what has begun a round ago: within a round the calls are made in random order.
const AFTER_TOOLS = payload("PostToolUse", (call) => ({ ...DONE, tool_use_id: `t${call - 1}` }));

/** A hook call of a program. */
export interface Call {
  readonly program: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly stdin?: (call: number) => string;
  /** What it keeps. */
  readonly keeps: string;
}

export const CALLS: readonly Call[] = [
  { program: "mm", name: "empty program", words: [EMPTY_WORD], keeps: "nothing" },
  {
    program: "mm",
    name: "mm, start of a session",
    words: ["hook", "claude", "SessionStart", "1"],
    stdin: STARTS,
    keeps: "the session",
  },
  {
    program: "mm",
    name: "mm, a prompt",
    words: ["hook", "claude", "UserPromptSubmit", "1"],
    stdin: PROMPTS,
    keeps: "the prompt, redacted",
  },
  {
    program: "mm",
    name: "mm, a tool call",
    words: ["hook", "claude", "PostToolUse", "1"],
    stdin: TOOLS,
    keeps: "the call, redacted",
  },
  {
    program: "cst",
    name: "cst, start of a session",
    words: ["hook", "session-start"],
    stdin: STARTS,
    keeps: "the session, synced to disk",
  },
  {
    program: "cst",
    name: "cst, a prompt",
    words: ["hook", "prompt"],
    stdin: PROMPTS,
    keeps: "its first 200 characters, synced to disk",
  },
  {
    program: "cst",
    name: "cst, end of a session",
    words: ["hook", "session-end"],
    stdin: STARTS,
    keeps: "that it has ended, synced to disk",
  },
  {
    program: "atuin",
    name: "atuin, before a command",
    words: ["hook", "claude-code"],
    stdin: BEFORE_TOOLS,
    keeps: "the command",
  },
  {
    program: "atuin",
    name: "atuin, after it",
    words: ["hook", "claude-code"],
    stdin: AFTER_TOOLS,
    keeps: "its end, in two databases",
  },
];
