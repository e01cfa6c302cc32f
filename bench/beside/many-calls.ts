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

/** How many tool calls a request tells the results of; null if it is about something else than the prompt. */
function doneOf(path: string, body: Json): number | null {
  const said = JSON.stringify(body[keyOf(path)] ?? []);
  return said.includes(USE_TOOL) ? (said.match(ANSWERED)?.length ?? 0) : null;
}

/** A body that asks for one more tool call, or for none. */
function oneMore(path: string, body: Json, isWanted: boolean): Json {
  const key = keyOf(path);
  const text = isWanted ? `${USE_TOOL} please` : "nothing";
  const words = key === "contents" ? { parts: [{ text }] } : { content: text };
  return { ...body, [key]: [{ role: "user", ...words }] };
}

/** Each command is another one, since agents stop what repeats itself. */
async function told(response: Response, number: number): Promise<Response> {
  const text = (await response.text()).replaceAll("echo hi", `echo hi ${number}`);
  return new Response(text, { headers: response.headers });
}

/** At its thirtieth call Gemini asks whether it goes round in circles, again and again until it is told. */
const IN_CIRCLES = /"unproductive_state_confidence"/u;
const NOT_AT_ALL = { unproductive_state_analysis: "none", unproductive_state_confidence: 0 };

function answerOne(path: string, body: Json, number: number): Response {
  if (path.endsWith("/messages")) return answerMessages(body, number);
  if (path.endsWith("/responses")) return answerResponses(body, number);
  if (path.endsWith("/chat/completions")) return answerChat(body, number);
  return answerGemini(body, !path.endsWith(":generateContent"));
}

async function answer(path: string, body: Json, number: number): Promise<Response> {
  if (!IN_CIRCLES.test(JSON.stringify(body))) {
    return await told(answerOne(path, body, number), number);
  }
  const parts = [{ text: JSON.stringify(NOT_AT_ALL) }];
  const content = { role: "model", parts };
  return Response.json({ candidates: [{ content, finishReason: "STOP", index: 0 }] });
}

/** What the agent does between an answer and its next request: it runs the tool, and the hooks of the call. */
class Turns {
  #answered: number[] = [];
  #gaps: number[] = [];

  asked(done: number): void {
    const answered = this.#answered[done - 1];
    if (answered !== undefined) this.#gaps[done] ??= performance.now() - answered;
  }

  answered(done: number): void {
    this.#answered[done] = performance.now();
  }

  /** @returns the milliseconds of each call since the last time, but for the first, which warms up */
  take(): number[] {
    const gaps = this.#gaps.filter((_, done) => done > 1);
    [this.#answered, this.#gaps] = [[], []];
    return gaps;
  }
}

/** A model on loopback that has the shell tool called so many times for a prompt. */
export function modelOfManyCalls(calls: number) {
  let answers = 0;
  const turns = new Turns();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 120,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== "POST") return Response.json({ data: [], models: [] });
      if (pathname.endsWith("/count_tokens")) return Response.json({ input_tokens: 10 });
      const body = JSON.parse((await request.text()) || "{}") as Json;
      const done = doneOf(pathname, body);
      if (done !== null) turns.asked(done);
      const isWanted = done !== null && done < calls;
      const answered = await answer(pathname, oneMore(pathname, body, isWanted), ++answers);
      if (done !== null) turns.answered(done);
      return answered;
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    /** What each call of the last run took the agent, in milliseconds. */
    takeTurns: () => turns.take(),
    [Symbol.dispose]: () => void server.stop(true),
  };
}
