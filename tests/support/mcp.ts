import type { Outcome, World } from "./world.ts";

/** A message of the protocol, as it was answered. */
export interface Reply {
  readonly id: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What a tool answered. */
export interface Told {
  readonly text: string;
  readonly isError: boolean;
}

/** The text of a tool's answer. @throws where it isn't one */
export function toldIn({ result, error }: Reply): Told {
  const [content, ...more] = (result?.["content"] ?? []) as { type: string; text: string }[];
  if (content?.type !== "text" || more.length > 0) throw new Error(JSON.stringify(error ?? result));
  return { text: content.text, isError: result?.["isError"] === true };
}

/** An agent that has started the server, in the way in which Claude Code introduces itself unless it says otherwise. */
export class Dialogue implements AsyncDisposable {
  readonly outcome: Promise<Outcome>;
  readonly #stream = new TransformStream<Uint8Array, Uint8Array>();
  readonly #writer = this.#stream.writable.getWriter();
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  /** What the agent answers where the server asks, by the method. */
  answers: Readonly<Record<string, unknown>> = {};
  #ids = 0;

  constructor(world: World, ...options: string[]) {
    const heard = (text: string) => {
      for (const line of text.trimEnd().split("\n")) this.#hear(line);
    };
    world.streams = { input: this.#stream.readable, heard };
    this.outcome = world.mm("mcp", ...options);
    world.streams = null;
  }

  #hear(line: string): void {
    const reply = JSON.parse(line) as Reply & { readonly method?: string };
    if (reply.method !== undefined) {
      const answer = { jsonrpc: "2.0", id: reply.id, result: this.answers[reply.method] };
      this.write(`${JSON.stringify(answer)}\n`);
      return;
    }
    this.#waiting.get(reply.id)?.(reply);
    this.#waiting.delete(reply.id);
  }

  write(text: string): void {
    void this.#writer.write(new TextEncoder().encode(text));
  }

  async request(method: string, params: unknown = {}): Promise<Reply> {
    const id = ++this.#ids;
    const answer = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return await answer;
  }

  async initialize(name = "claude-code", capabilities: unknown = {}): Promise<Reply> {
    const clientInfo = { name, version: "1.0" };
    const params = { protocolVersion: "2025-06-18", capabilities, clientInfo };
    const reply = await this.request("initialize", params);
    this.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    return reply;
  }

  /** Calls a tool. */
  async call(name: string, args: unknown = {}, meta?: unknown): Promise<Told> {
    const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
    return toldIn(await this.request("tools/call", params));
  }

  /** Leaves, and waits until the server has ended. */
  async end(): Promise<Outcome> {
    await this.#writer.close().catch(() => undefined);
    return await this.outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** One call of a tool by an agent that has just started the server, unless it is named by one that `mm` doesn't know. */
export async function asked(
  world: World,
  tool: string,
  args: unknown = {},
  { agent = "inspector", options = [] as string[], meta = undefined as unknown } = {},
): Promise<Told> {
  await using dialogue = new Dialogue(world, ...options);
  await dialogue.initialize(agent);
  return await dialogue.call(tool, args, meta);
}
