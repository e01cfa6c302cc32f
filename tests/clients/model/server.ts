import { answerMessages } from "./anthropic.ts";
import { FAIL_MODEL, type Json, SLOW, TITLE_TOKENS, TOKENS } from "./conversation.ts";
import { answerGemini } from "./gemini.ts";
import { answerChat, answerResponses } from "./openai.ts";

/** A turn that the server keeps waiting. */
export interface Held {
  /** Settles when an agent waits for its answer. */
  readonly reached: Promise<void>;
  release(): void;
}

/** What a call of the model has cost. */
interface Served {
  readonly input: number;
  readonly output: number;
  /** Whether it was to name a session: OpenCode writes nowhere that it made such a call. */
  readonly isTitle: boolean;
}

const ANSWERED = /\/(?:messages|responses|chat\/completions)$|:(?:streamG|g)enerateContent$/u;
const TITLE = /title generator/iu;

/** An error in which each of the dialects finds what it needs. */
function refusal(): Response {
  const named = { type: "invalid_request_error", code: 400, status: "INVALID_ARGUMENT" };
  const error = { ...named, message: "refused" };
  return Response.json({ type: "error", error }, { status: 400 });
}

/** A model on loopback with fixed answers, in the shapes of the Anthropic, OpenAI and Gemini APIs. */
export class ModelServer implements Disposable {
  readonly #server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 120,
    fetch: (request) => this.#answer(request),
  });
  /** All calls of the model that were answered. */
  readonly served: Served[] = [];
  #answers = 0;
  /** Hears what every request holds. */
  hears: (text: string) => void = () => undefined;
  #hold: { readonly released: Promise<void>; readonly reach: () => void } | null = null;

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  /** From now on a slow turn gets no answer until it is released. */
  hold(): Held {
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.#hold = { released: released.promise, reach: reached.resolve };
    const release = () => {
      this.#hold = null;
      released.resolve();
    };
    return { reached: reached.promise, release };
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (request.method !== "POST") return Response.json({ data: [], models: [] });
    const text = await request.text();
    this.hears(text);
    const hold = this.#hold;
    if (hold !== null && text.includes(SLOW)) {
      hold.reach();
      await hold.released;
    }
    if (text.includes(FAIL_MODEL)) return refusal();
    return this.#reply(pathname, JSON.parse(text || "{}") as Json);
  }

  #reply(path: string, body: Json): Response {
    if (path.endsWith("/count_tokens")) return Response.json({ input_tokens: 10 });
    const number = ++this.#answers;
    const isTitle = TITLE.test(JSON.stringify(body));
    const tokens = isTitle && path.endsWith("/chat/completions") ? TITLE_TOKENS : TOKENS;
    if (ANSWERED.test(path)) this.served.push({ ...tokens, isTitle });
    if (path.endsWith("/messages")) return answerMessages(body, number);
    if (path.endsWith("/responses")) return answerResponses(body, number);
    if (path.endsWith("/chat/completions")) return answerChat(body, number, tokens);
    if (path.endsWith(":generateContent")) return answerGemini(body, false);
    if (path.endsWith(":streamGenerateContent")) return answerGemini(body, true);
    return Response.json({});
  }

  [Symbol.dispose](): void {
    this.#server.stop(true).catch(() => {});
  }
}
