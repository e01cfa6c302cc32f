/** A prompt with this word makes the model call the shell tool once, with a command that succeeds. */
export const USE_TOOL = "usetool";
/** The same with a command that fails. */
export const FAIL_TOOL = "failtool";
/** A prompt with this word is answered only when the server no longer holds its answers back. */
export const SLOW = "slowmodel";

/** What every model says that has no tool to call. */
export const SAYS = "done";

export type Json = Readonly<Record<string, unknown>>;

/** The command that the model wants to run, or null where it has nothing to run, no more, or no tool for it. */
export interface ToolCall {
  readonly tool: string;
  readonly command: string;
}

/** What the dialects have in common of a request. */
interface Conversation {
  /** All that was said, as the agent sent it. */
  readonly said: unknown;
  /** What stands in a conversation where a tool has answered. */
  readonly answered: RegExp;
  readonly tools: readonly unknown[];
}

const SHELLS = ["Bash", "bash", "run_shell_command", "exec_command", "shell", "shell_command"];

function lastMatch(text: string, pattern: RegExp): number {
  return [...text.matchAll(new RegExp(pattern.source, "gu"))].at(-1)?.index ?? -1;
}

/** Decides by the last prompt alone, so that a resumed conversation can ask for another call. */
export function wantedCall({ said, answered, tools }: Conversation): ToolCall | null {
  const tool = SHELLS.find((name) => tools.includes(name));
  const text = JSON.stringify(said ?? []);
  const uses = text.lastIndexOf(USE_TOOL);
  const fails = text.lastIndexOf(FAIL_TOOL);
  const asked = Math.max(uses, fails);
  if (tool === undefined || asked < 0 || lastMatch(text, answered) > asked) return null;
  return { tool, command: fails > uses ? "echo hi; exit 3" : "echo hi" };
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
