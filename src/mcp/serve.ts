import { CLIENT_INFO_META_KEY, McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { version } from "../../package.json" with { type: "json" };
import { askingAgent } from "../agents/asking.ts";
import type { Context } from "../context.ts";
import { isObject } from "../text/text.ts";
import type { Asker } from "./asker.ts";
import { Lines } from "./lines.ts";
import type { Served } from "./place.ts";
import { INSTRUCTIONS, NOTE, SEARCH, SHOW } from "./tools.ts";

/** How long an agent may take to tell its roots, in milliseconds. */
const ROOTS_MS = 2000;

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Who asks, from how it introduced itself and from this call. */
function askerOf({ server }: McpServer, { mcpReq }: ServerContext): Asker {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  const name = isObject(info) ? textOf(info["name"]) : undefined;
  return {
    agent: name === undefined ? null : askingAgent(name),
    sessionId: textOf(mcpReq._meta?.["sessionId"]),
    async roots() {
      if (server.getClientCapabilities()?.roots === undefined) return [];
      const answer = server.listRoots(undefined, { timeout: ROOTS_MS });
      return await answer.then(({ roots }) => roots.map(({ uri }) => uri)).catch(() => []);
    },
  };
}

/** One call of a tool. */
type Work = (asker: Asker) => Promise<string>;

/** Answers calls one after another; each opens the store and closes it, since its file may be replaced in between. */
class Calls {
  readonly #ctx: Context;
  readonly #rest: () => void;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ctx: Context, rest: () => void) {
    this.#ctx = ctx;
    this.#rest = rest;
  }

  async answer(asker: Asker, work: Work) {
    const call = this.#last.then(() => this.#run(asker, work));
    this.#last = call;
    return await call;
  }

  async #run(asker: Asker, work: Work) {
    const ctx = this.#ctx;
    try {
      return { content: [{ type: "text" as const, text: await work(asker) }] };
    } catch (error) {
      if (ctx.env["MM_DEBUG"] === "1" && error instanceof Error) ctx.err(`${error.stack}\n`);
      const { explain } = await import("./explain.ts");
      return { content: [{ type: "text" as const, text: explain(error) }], isError: true };
    } finally {
      ctx.close();
      this.#rest();
      for (const warning of ctx.warnings.splice(0)) ctx.err(`mm: ${warning}\n`);
    }
  }
}

/** What the tools answer, of which an agent that only asks for their names needs nothing. */
const answers = () => import("./answers.ts");

/** Registers the tools. */
function serverFor(ctx: Context, served: Served, calls: Calls): McpServer {
  const options = { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS };
  const server = new McpServer({ name: "mm", version }, options);
  server.registerTool(SEARCH.name, SEARCH.config, (args, call) =>
    calls.answer(askerOf(server, call), async (asker) =>
      (await answers()).foundFor(ctx, served, asker, args),
    ),
  );
  server.registerTool(SHOW.name, SHOW.config, (args, call) =>
    calls.answer(askerOf(server, call), async (asker) =>
      (await answers()).shownFor(ctx, served, asker, args),
    ),
  );
  if (served.readOnly) return server;
  server.registerTool(NOTE.name, NOTE.config, (args, call) =>
    calls.answer(askerOf(server, call), async (asker) =>
      (await answers()).notedFor(ctx, served, asker, args),
    ),
  );
  return server;
}

/** Serves one agent on the standard streams until it leaves. @param rest is called after each call of a tool */
export async function serve(ctx: Context, served: Served, rest: () => void): Promise<void> {
  const lines = new Lines(ctx);
  const left = new AbortController();
  const whileHere: Context = {
    ...ctx,
    capture: (argv, ms, given) => ctx.capture(argv, ms, { ...given, until: left.signal }),
  };
  const calls = new Calls(whileHere, rest);
  const isDebug = ctx.env["MM_DEBUG"] === "1";
  serveStdio(() => serverFor(whileHere, served, calls), {
    transport: lines,
    onerror: (error) => {
      if (isDebug) ctx.err(`${error.stack}\n`);
    },
  });
  await lines.pump();
  // A call that is still at work would keep the process, and so would what it has started.
  left.abort();
}
