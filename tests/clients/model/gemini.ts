import { dataStream, type Json, listOf, SAYS, TOKENS, wantedCall } from "./conversation.ts";

function partOf(request: Json): Json {
  const declared = listOf(request["tools"]).flatMap((tool) => listOf(tool["functionDeclarations"]));
  const tools = declared.map(({ name }) => name);
  const call = wantedCall({ said: request["contents"], answered: /"functionResponse"/u, tools });
  if (call === null) return { text: SAYS };
  return { functionCall: { name: call.tool, args: call.input } };
}

/** `POST …:generateContent` and `…:streamGenerateContent` */
export function answerGemini(request: Json, streams: boolean): Response {
  const content = { role: "model", parts: [partOf(request)] };
  const { input, output } = TOKENS;
  const answer = {
    candidates: [{ content, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    },
    modelVersion: "none",
  };
  return streams ? dataStream([answer]) : Response.json(answer);
}
