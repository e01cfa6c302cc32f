import { eventStream, type Json, listOf, SAYS, TOKENS, wantedCall } from "./conversation.ts";

function contentOf(request: Json, number: number): Json {
  const tools = listOf(request["tools"]).map(({ name }) => name);
  const call = wantedCall({ said: request["messages"], answered: /"tool_result"/u, tools });
  if (call === null) return { type: "text", text: SAYS };
  return { type: "tool_use", id: `toolu_${number}`, name: call.tool, input: call.input };
}

function deltaOf(content: Json): Json {
  return content["type"] === "text"
    ? { type: "text_delta", text: content["text"] }
    : { type: "input_json_delta", partial_json: JSON.stringify(content["input"]) };
}

/** `POST /v1/messages` */
export function answerMessages(request: Json, number: number): Response {
  const content = contentOf(request, number);
  const { input, output } = TOKENS;
  const usage = { input_tokens: input, output_tokens: output };
  const stop_reason = content["type"] === "text" ? "end_turn" : "tool_use";
  const message = {
    id: `msg_${number}`,
    type: "message",
    role: "assistant",
    model: request["model"],
    stop_sequence: null,
    usage,
  };
  if (request["stream"] !== true) {
    return Response.json({ ...message, content: [content], stop_reason });
  }
  const empty = content["type"] === "text" ? { text: "" } : { input: {} };
  return eventStream([
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: { ...content, ...empty } },
    { type: "content_block_delta", index: 0, delta: deltaOf(content) },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ]);
}
