import {
  dataStream,
  eventStream,
  type Json,
  listOf,
  SAYS,
  TOKENS,
  wantedCall,
} from "./conversation.ts";
import { CODEX_FINDER } from "./scripted.ts";

/** The tool by which Codex changes files, which takes a text. */
const CODEX_PATCH = "apply_patch";

function responseItem(request: Json, number: number): Json {
  const tools = listOf(request["tools"]).map(({ name, type }) => name ?? type);
  const answered = /"(?:(?:custom_tool|function)_call|tool_search)_output"/u;
  const call = wantedCall({ said: request["input"], answered, tools });
  if (call === null) {
    const content = [{ type: "output_text", text: SAYS, annotations: [] }];
    return { type: "message", id: `msg_${number}`, role: "assistant", content };
  }
  const call_id = `call_${number}`;
  if (call.tool === CODEX_FINDER) {
    const about = { execution: "client", status: "completed", arguments: call.input };
    return { type: "tool_search_call", id: `ts_${number}`, call_id, ...about };
  }
  if (call.tool === CODEX_PATCH) {
    const about = { status: "completed", input: call.input["input"] };
    return { type: "custom_tool_call", id: `ct_${number}`, call_id, name: call.tool, ...about };
  }
  return {
    type: "function_call",
    id: `fc_${number}`,
    call_id,
    name: call.tool,
    ...(call.namespace === undefined ? {} : { namespace: call.namespace }),
    arguments: JSON.stringify(call.input),
  };
}

/** `POST /v1/responses`, which Codex only streams. */
export function answerResponses(request: Json, number: number): Response {
  const id = `resp_${number}`;
  const { input, output } = TOKENS;
  const usage = {
    input_tokens: input,
    input_tokens_details: null,
    output_tokens: output,
    output_tokens_details: null,
    total_tokens: input + output,
  };
  return eventStream([
    { type: "response.created", response: { id } },
    {
      type: "response.output_item.done",
      output_index: 0,
      item: responseItem(request, number),
    },
    { type: "response.completed", response: { id, usage } },
  ]);
}

function chatMessage(request: Json, number: number): Json {
  const functions = listOf(request["tools"]).map((tool) => tool["function"] as Json | undefined);
  const tools = functions.map((one) => one?.["name"]);
  const call = wantedCall({ said: request["messages"], answered: /"role":"tool"/u, tools });
  if (call === null) return { role: "assistant", content: SAYS };
  const made = { name: call.tool, arguments: JSON.stringify(call.input) };
  const tool_calls = [{ index: 0, id: `call_${number}`, type: "function", function: made }];
  return { role: "assistant", content: null, tool_calls };
}

/** `POST /v1/chat/completions` */
export function answerChat(
  request: Json,
  number: number,
  { input, output }: typeof TOKENS = TOKENS,
): Response {
  const message = chatMessage(request, number);
  const finish_reason = "tool_calls" in message ? "tool_calls" : "stop";
  const about = { id: `chat_${number}`, created: 1, model: request["model"] };
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  };
  if (request["stream"] !== true) {
    const choices = [{ index: 0, message, finish_reason }];
    return Response.json({ ...about, object: "chat.completion", choices, usage });
  }
  const chunk = { ...about, object: "chat.completion.chunk" };
  return dataStream(
    [
      { ...chunk, choices: [{ index: 0, delta: message, finish_reason: null }] },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
      { ...chunk, choices: [], usage },
    ],
    "data: [DONE]\n\n",
  );
}
