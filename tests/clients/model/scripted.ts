import type { Json, ToolCall } from "./conversation.ts";

/** What follows this word in a prompt says which tools of our server the model calls, one after the other. */
const CALL_SERVER = "callserver";

/** A call of one of our server's tools. */
export interface ServerStep {
  readonly tool: string;
  readonly input: Json;
}

/** A prompt after which the model calls these tools. */
export function scriptOf(...steps: readonly ServerStep[]): string {
  return `${CALL_SERVER} ${Buffer.from(JSON.stringify(steps)).toString("base64url")} please`;
}

/** How Codex calls the tool that finds tools, which is none of its functions. */
export const CODEX_FINDER = "tool_search";
/** Where some agents put the tools of our server. */
const NAMESPACE = "mcp__mm";

/** All calls of a script in the way of the agent that offers these tools: some show a server's tools only to a search. */
function callsOf(steps: readonly ServerStep[], tools: readonly unknown[]): ToolCall[] {
  const whole = steps.map(({ tool, input }) => ({ tool: `${NAMESPACE}__${tool}`, input }));
  if (tools.includes("ToolSearch")) {
    const query = `select:${whole.map(({ tool }) => tool).join(",")}`;
    return [{ tool: "ToolSearch", input: { query, max_results: 5 } }, ...whole];
  }
  if (tools.includes("tool_call")) {
    return whole.map(({ tool, input }) => ({
      tool: "tool_call",
      input: { name: tool, arguments: input },
    }));
  }
  if (tools.includes(CODEX_FINDER)) {
    const query = { query: "earlier agent sessions notes", limit: 8 };
    const named = steps.map((step) => ({ ...step, namespace: NAMESPACE }));
    return [{ tool: CODEX_FINDER, input: query }, ...named];
  }
  return steps.flatMap(({ tool, input }) => {
    const name = tools.find((each) => String(each).endsWith(tool));
    return name === undefined ? [] : [{ tool: String(name), input }];
  });
}

/**
 * The call that a script asks for next, after as many as were answered; null where it is at its end, or there is no
 * tool to call; undefined for a conversation without one.
 */
export function scriptedCall(
  text: string,
  answered: RegExp,
  tools: readonly unknown[],
): ToolCall | null | undefined {
  const [last] = [...text.matchAll(new RegExp(`${CALL_SERVER} ([\\w-]+) please`, "gu"))].slice(-1);
  if (last === undefined) return undefined;
  const steps = JSON.parse(Buffer.from(last[1] ?? "", "base64url").toString()) as ServerStep[];
  const rest = text.slice(last.index);
  const done = [...rest.matchAll(new RegExp(answered.source, "gu"))].length;
  return callsOf(steps, tools)[done] ?? null;
}
