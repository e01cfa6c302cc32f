import { scriptedCall } from "./scripted.ts";

/** A prompt with this word makes the model call the shell tool once, with a command that succeeds. */
export const USE_TOOL = "usetool";
/** The same with a command that fails. */
export const FAIL_TOOL = "failtool";
/** The same with a command that writes a file, which agents ask for. */
export const ASK_TOOL = "asktool";
/** A prompt with this word and a path makes the model write a file of one line there, `WRITTEN`. */
export const WRITE_FILE = "writefile";
export const WRITTEN = "zebras have stripes";
/** A prompt with this word makes the model start a subagent, which uses the shell tool in turn. */
export const USE_AGENT = "useagent";
/** A subagent that starts one itself. */
export const NEST_AGENT = "nestagent";
/** A prompt with this word is refused, with an error after which no agent tries again. */
export const FAIL_MODEL = "failmodel";
/** A prompt with this word is answered only when the server no longer holds its answers back. */
export const SLOW = "slowmodel";

/** What every model says that has no tool to call. */
export const SAYS = "done";

/** What each answer is said to have cost; agents may print it, so it is the same each time. */
export const TOKENS = { input: 1000, output: 10 };

/** The same of a call for a title in the dialect of OpenCode: numbers that stand nowhere else. */
export const TITLE_TOKENS = { input: 7_654_321, output: 12_345 };

export type Json = Readonly<Record<string, unknown>>;

/** What the model wants to have called. */
export interface ToolCall {
  readonly tool: string;
  readonly input: Json;
  /** The group that the tool is in, where the agent has groups. */
  readonly namespace?: string;
}

/** What the dialects have in common of a request. */
interface Conversation {
  /** All that was said, as the agent sent it. */
  readonly said: unknown;
  /** What stands in a conversation where a tool has answered. */
  readonly answered: RegExp;
  readonly tools: readonly unknown[];
}

const COMMANDS: Readonly<Record<string, string>> = {
  [USE_TOOL]: "echo hi",
  [FAIL_TOOL]: "echo hi; exit 3",
  [ASK_TOOL]: "touch asked",
};

/** What subagents are told to do. */
const TASKS: Readonly<Record<string, string>> = {
  [USE_AGENT]: `${USE_TOOL} as a helper`,
  [NEST_AGENT]: `${USE_AGENT} as a helper`,
};

/** Codex asks for nothing that its sandbox can hold. */
const ESCALATED = { sandbox_permissions: "require_escalated", justification: "It has to." };

type Inputs = Readonly<Record<string, (text: string) => Json>>;

/** The shell tools of the agents, most wanted first. */
const SHELLS: Inputs = {
  Bash: described,
  bash: described,
  run_shell_command: (command) => ({ ...described(command), is_background: false }),
  exec_command: (cmd) => ({ cmd, ...(cmd === COMMANDS[ASK_TOOL] ? ESCALATED : {}) }),
  shell: (command) => ({ command: ["bash", "-c", command] }),
  shell_command: (cmd) => ({ cmd }),
};

/** The tools by which they write a file. */
const WRITERS: Inputs = {
  Write: (file_path) => ({ file_path, content: `${WRITTEN}\n` }),
  write_file: (file_path) => ({ file_path, content: `${WRITTEN}\n` }),
  write: (filePath) => ({ filePath, content: `${WRITTEN}\n` }),
  create: (path) => ({ path, file_text: `${WRITTEN}\n` }),
  apply_patch: (path) => ({
    input: `*** Begin Patch\n*** Add File: ${path}\n+${WRITTEN}\n*** End Patch\n`,
  }),
};

/** The tools by which they start a subagent. */
const SUBAGENTS: Inputs = {
  Agent: (prompt) => ({ ...helper(prompt), subagent_type: "general-purpose" }),
  agent: (prompt) => ({ ...helper(prompt), subagent_type: "general-purpose" }),
  // OpenCode and Copilot each take what the other one wants for nothing.
  task: (prompt) => ({
    ...helper(prompt),
    subagent_type: "general",
    agent_type: "general-purpose",
    name: "helper",
  }),
  invoke_agent: (prompt) => ({ agent_name: "generalist", prompt }),
};

/** The tool by which a subagent of Gemini's ends. */
const COMPLETE = "complete_task";

function described(command: string): Json {
  return { command, description: "Say hi" };
}

function helper(prompt: string): Json {
  return { prompt, description: "Help a little" };
}

function lastMatch(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern.source, "gu"))].at(-1)?.index ?? -1;
}

function callOf(inputs: Inputs, text: string, tools: readonly unknown[]): ToolCall | null {
  const found = Object.entries(inputs).find(([name]) => tools.includes(name));
  return found === undefined ? null : { tool: found[0], input: found[1](text) };
}

/** What a word asks for, as far as there is a tool for it. */
function callFor(word: string, tools: readonly unknown[], rest: string): ToolCall | null {
  const command = COMMANDS[word];
  const [, path = ""] = /^ ([\w/.-]+)/u.exec(rest) ?? [];
  if (word === WRITE_FILE) return callOf(WRITERS, path, tools);
  if (command !== undefined) return callOf(SHELLS, command, tools);
  return callOf(SUBAGENTS, TASKS[word] ?? "", tools);
}

/** The call that the last prompt asks for, or null; a resumed conversation can ask for another one. */
export function wantedCall({ said, answered, tools }: Conversation): ToolCall | null {
  const text = JSON.stringify(said ?? []);
  const scripted = scriptedCall(text, answered, tools);
  if (scripted !== undefined) return scripted;
  const words = [...Object.keys(COMMANDS), ...Object.keys(TASKS), WRITE_FILE];
  const asked = Math.max(...words.map((word) => text.lastIndexOf(word)));
  const word = words.find((each) => asked >= 0 && text.startsWith(each, asked));
  const isAnswered = lastMatch(text, answered) > asked;
  const rest = text.slice(asked + (word?.length ?? 0));
  const call = word === undefined || isAnswered ? null : callFor(word, tools, rest);
  if (call !== null || !tools.includes(COMPLETE)) return call;
  return { tool: COMPLETE, input: { result: { response: SAYS } } };
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** A stream of named events, as Anthropic and OpenAI Responses send it. */
export function eventStream(events: readonly Json[]): Response {
  const lines = events.map((data) => `event: ${data["type"]}\ndata: ${JSON.stringify(data)}\n\n`);
  return streamOf(lines.join(""));
}

/** A stream of data alone, as OpenAI chat and Gemini send it. */
export function dataStream(data: readonly Json[], last = ""): Response {
  return streamOf(data.map((one) => `data: ${JSON.stringify(one)}\n\n`).join("") + last);
}

function streamOf(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}
