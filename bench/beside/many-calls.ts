import { answerMessages } from "../../tests/clients/model/anthropic.ts";
import { type Json, USE_TOOL } from "../../tests/clients/model/conversation.ts";
import { answerGemini } from "../../tests/clients/model/gemini.ts";
import { answerChat, answerResponses } from "../../tests/clients/model/openai.ts";

const ANSWERED = /"type":"tool_result"|"role":"tool"|"functionResponse"|"function_call_output"/g;

/** Where a dialect keeps what was said. */
function keyOf(path: string): "contents" | "input" | "messages" {
  if (path.includes("enerateContent")) return "contents";
  return path.endsWith("/responses") ? "input" : "messages";
}

/** A body that asks for one more tool call or, when there were enough, for none. */
function oneMore(path: string, body: Json, calls: number): Json {
  const key = keyOf(path);
  const said = JSON.stringify(body[key] ?? []);
  const done = said.match(ANSWERED)?.length ?? 0;
  const text = said.includes(USE_TOOL) && done < calls ? `${USE_TOOL} please` : "nothing";
  const words = key === "contents" ? { parts: [{ text }] } : { content: text };
  return { ...body, [key]: [{ role: "user", ...words }] };
}

/** Each command is another one, since Gemini stops what repeats itself. */
async function told(response: Response, number: number): Promise<Response> {
  const text = (await response.text()).replaceAll("echo hi", `echo hi ${number}`);
  return new Response(text, { headers: response.headers });
}

async function answer(path: string, body: Json, number: number): Promise<Response> {
  if (path.endsWith("/messages")) return answerMessages(body, number);
  if (path.endsWith("/responses")) return answerResponses(body, number);
  if (path.endsWith("/chat/completions")) return answerChat(body, number);
  if (path.endsWith(":generateContent")) return answerGemini(body, false);
  return await told(answerGemini(body, true), number);
}

/** A model on loopback that has the shell tool called so many times for a prompt. */
export function modelOfManyCalls(calls: number) {
  let answers = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 120,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== "POST") return Response.json({ data: [], models: [] });
      if (pathname.endsWith("/count_tokens")) return Response.json({ input_tokens: 10 });
      const body = JSON.parse((await request.text()) || "{}") as Json;
      return await answer(pathname, oneMore(pathname, body, calls), ++answers);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
