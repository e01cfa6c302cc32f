import type { AgentName } from "../../src/agents/agents.ts";

/** What an agent asks, and the keys that answer it. */
interface Question {
  readonly shows: RegExp;
  readonly keys: readonly string[];
}

/** The types of the events that a prompt leaves, in order but for those of a subagent. */
interface Leaves {
  readonly tool: readonly string[];
  /** It asked whether it may use the tool, and was denied it. */
  readonly denied: readonly string[];
  readonly allowed: readonly string[];
  /** Null where the model has no tool for it. */
  readonly subagent: readonly string[] | null;
  /** A subagent that starts another; null where it comes under no id of its own. */
  readonly nested: readonly string[] | null;
  readonly compacted: readonly string[];
  /** The model's server refused it. */
  readonly failed: readonly string[];
}

/** How an agent is driven in a terminal, and what it tells its hooks there. */
export interface InTerminal {
  readonly words: readonly string[];
  /** The words that go on with the latest session. */
  readonly again: readonly string[];
  /** Where it asks for what the model calls "asktool". */
  readonly env?: Readonly<Record<string, string>>;
  /** What it asks when it starts, one after the other. */
  readonly questions: readonly Question[];
  /** In which windows it asks that. */
  readonly questioned: "first" | "all" | "none";
  readonly ready: RegExp;
  /** Whether it may use a tool. */
  readonly asks: RegExp;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  /** The keys that interrupt a turn. */
  readonly interrupt: readonly string[];
  /** The key behind a prompt that is typed during a turn. */
  readonly queue: string;
  readonly compact: string;
  readonly fresh: { readonly command: string; readonly endsOld: boolean };
  readonly quit: string;
  readonly endOfFile: readonly string[];
  /**
   * Who tells that it has been left, however it was: its hooks at once, all but that it was killed; its daemon, a
   * minute later; or nobody, so that only its process can be looked for.
   */
  readonly endToldBy: "hooks" | "daemon" | "nobody";
  readonly leaves: Leaves;
}

const TOOL = ["prompt", "tool_call", "turn_end"];
const ASKED = ["prompt", "notification", "tool_call", "turn_end"];

export const IN_TERMINAL: Readonly<Partial<Record<AgentName, InTerminal>>> = {
  claude: {
    words: ["--permission-mode", "default"],
    again: ["--permission-mode", "default", "--continue"],
    questions: [],
    questioned: "none",
    ready: /❯/u,
    asks: /Do you want to proceed\?/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape"],
    queue: "Enter",
    compact: "/compact",
    fresh: { command: "/clear", endsOld: true },
    quit: "/exit",
    endOfFile: ["C-d", "C-d"],
    endToldBy: "hooks",
    leaves: {
      tool: TOOL,
      // It tells nobody that a tool was denied, nor that a turn was interrupted: its transcript says so.
      denied: ["prompt", "notification"],
      allowed: ASKED,
      // The subagent runs in the background, and a notice of its end starts another turn.
      subagent: [
        ...["prompt", "subagent_start", "tool_call", "turn_end"],
        ...["tool_call", "subagent_stop", "notification", "turn_end"],
      ],
      nested: null,
      compacted: ["compact"],
      failed: ["prompt", "turn_end"],
    },
  },
  codex: {
    words: [],
    again: ["resume", "--last"],
    questions: [
      { shows: /› 1\. Review hooks/u, keys: ["Down"] },
      { shows: /› 2\. Trust all and continue/u, keys: ["Enter"] },
    ],
    questioned: "first",
    ready: /Ask Codex to do anything/u,
    asks: /Would you like to run the following command\?/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape"],
    queue: "Enter",
    compact: "/compact",
    // A conversation that is left for another one ends as a closed window does, a minute later.
    fresh: { command: "/clear", endsOld: false },
    quit: "/quit",
    endOfFile: ["C-d"],
    endToldBy: "daemon",
    leaves: {
      // Hooks of tools aren't installed, since Codex prints two lines for each.
      tool: ["prompt", "turn_end"],
      denied: ["prompt", "notification", "turn_end"],
      allowed: ["prompt", "notification", "turn_end"],
      subagent: null,
      nested: null,
      compacted: [],
      // It tells nobody of a turn that failed: its transcript says so.
      failed: ["prompt"],
    },
  },
  gemini: {
    words: ["-m", "gemini-2.5-flash"],
    again: ["-m", "gemini-2.5-flash", "--resume", "latest"],
    questions: [],
    questioned: "none",
    ready: /Type your message/u,
    asks: /Allow execution of/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape"],
    queue: "Enter",
    compact: "/compress",
    fresh: { command: "/clear", endsOld: true },
    quit: "/quit",
    endOfFile: ["C-d", "C-d"],
    // Its hook at the exit isn't installed, since Gemini prints three lines after it.
    endToldBy: "nobody",
    leaves: {
      tool: TOOL,
      // Its transcript says so.
      denied: ["prompt", "notification"],
      allowed: ASKED,
      // The tool by which the subagent ends is one, too.
      subagent: ["prompt", "tool_call", "tool_call", "tool_call", "turn_end"],
      nested: null,
      compacted: [],
      failed: ["prompt", "turn_end"],
    },
  },
  qwen: {
    words: ["--approval-mode", "default"],
    again: ["--approval-mode", "default", "--continue"],
    questions: [],
    questioned: "none",
    ready: /Type your message/u,
    asks: /Do you want to proceed\?|Allow execution of/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape"],
    // Behind Enter it steers the turn, of which Qwen tells nobody.
    queue: "C-q",
    compact: "/compress",
    fresh: { command: "/clear", endsOld: true },
    quit: "/quit",
    endOfFile: ["C-d", "C-d"],
    endToldBy: "hooks",
    leaves: {
      tool: TOOL,
      denied: ["prompt", "notification", "turn_end"],
      allowed: ASKED,
      // It asks, and the subagent runs in the background; a notice of its end starts another turn.
      subagent: ["prompt", "notification", "tool_call", "tool_call", "turn_end", "turn_end"],
      nested: null,
      compacted: [],
      failed: ["prompt", "turn_end"],
    },
  },
  copilot: {
    words: [],
    again: ["--continue"],
    questions: [
      { shows: /Do you trust the files/u, keys: ["Enter"] },
      // Of a session whose program was killed a moment ago.
      { shows: /❯ 1\. Resume anyway/u, keys: ["Enter"] },
    ],
    questioned: "all",
    ready: /\? help|\/ commands/u,
    asks: /Do you want to run this command\?/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape", "Escape"],
    queue: "Enter",
    compact: "/compact",
    fresh: { command: "/clear", endsOld: true },
    quit: "/exit",
    endOfFile: ["C-d", "C-d"],
    endToldBy: "hooks",
    leaves: {
      tool: TOOL,
      // It tells nobody that a tool was denied, nor that a turn was interrupted or failed: its transcript says so.
      denied: ["prompt", "notification"],
      allowed: ASKED,
      subagent: ["prompt", "subagent_start", "tool_call", "subagent_stop", "tool_call", "turn_end"],
      nested: [
        ...["prompt", "subagent_start", "subagent_start", "tool_call", "subagent_stop"],
        ...["tool_call", "subagent_stop", "tool_call", "turn_end"],
      ],
      compacted: [],
      failed: ["prompt"],
    },
  },
  opencode: {
    words: [],
    again: ["--continue"],
    env: { OPENCODE_PERMISSION: JSON.stringify({ bash: { "*": "allow", "touch *": "ask" } }) },
    questions: [],
    questioned: "none",
    ready: /Build · /u,
    asks: /Permission required/u,
    allow: ["Enter"],
    deny: ["Escape"],
    interrupt: ["Escape", "Escape"],
    queue: "Enter",
    compact: "/compact",
    // It tells nobody that a conversation was left for another one; all end with it.
    fresh: { command: "/new", endsOld: false },
    quit: "/exit",
    endOfFile: ["C-d"],
    endToldBy: "hooks",
    leaves: {
      tool: TOOL,
      // It tells of the answer, too.
      denied: ["prompt", "notification", "notification", "turn_end"],
      allowed: ["prompt", "notification", "notification", "tool_call", "turn_end"],
      subagent: ["prompt", "subagent_start", "tool_call", "subagent_stop", "tool_call", "turn_end"],
      nested: null,
      compacted: ["compact", "turn_end"],
      failed: ["prompt", "turn_end"],
    },
  },
};
