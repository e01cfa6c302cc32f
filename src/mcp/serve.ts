import { CLIENT_INFO_META_KEY, McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { version } from "../../package.json" with { type: "json" };
import { askingAgent } from "../agents/asking.ts";
import type { Context } from "../context.ts";
import { wasPulled } from "../machines/pulled.ts";
import { withStores } from "../machines/stores.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { isObject } from "../text/text.ts";
import { type Asker, onlyOne, sessionsOfAsker } from "./asker.ts";
import { Declined, explain } from "./explain.ts";
import { Lines } from "./lines.ts";
import { noteIn } from "./note.ts";
import { type Served, scopeHere, scopesOf, workplaceOfAsker } from "./place.ts";
import { searchSessions } from "./search.ts";
import { readAnywhere, withNamed } from "./show.ts";
import { INSTRUCTIONS, NOTE, SEARCH, SHOW } from "./tools.ts";
import { whyHere } from "./why.ts";

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
  #last: Promise<unknown> = Promise.resolve();

  constructor(ctx: Context) {
    this.#ctx = ctx;
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
      return { content: [{ type: "text" as const, text: explain(error) }], isError: true };
    } finally {
      ctx.close();
      for (const warning of ctx.warnings.splice(0)) ctx.err(`mm: ${warning}\n`);
    }
  }
}

const NOTHING_YET = "Nothing is recorded yet; the person runs `mm hooks install`.";

/** The project whose sessions of a store an agent may name; undefined for all. */
async function onlyProject(ctx: Context, served: Served, { roots }: Asker, from = ctx) {
  if (!served.thisProject) return undefined;
  return (await scopeHere(from, await workplaceOfAsker(ctx, served, roots))).filter;
}

/** The whole id of a session that an agent names. */
async function idOf(ctx: Context, named: string, only: ProjectFilter | undefined): Promise<string> {
  let id = named;
  await withNamed(ctx, named, only, async ({ session }) => {
    id = session.id;
  });
  return id;
}

/** Registers the tools. */
function serverFor(ctx: Context, served: Served, calls: Calls): McpServer {
  const options = { capabilities: { tools: { listChanged: false } }, instructions: INSTRUCTIONS };
  const server = new McpServer({ name: "mm", version }, options);
  const isEmpty = async () => !(await (await ctx.store()).exists()) && !(await wasPulled(ctx));
  server.registerTool(SEARCH.name, SEARCH.config, (args, call) =>
    calls.answer(askerOf(server, call), async (asker) => {
      if (await isEmpty()) return NOTHING_YET;
      const here = await workplaceOfAsker(ctx, served, asker.roots);
      const [own, ...others] = await sessionsOfAsker(ctx, asker, here);
      return await withStores(ctx, args.machine, async (stores) => {
        const scope = await scopesOf(stores, served, here, args.project);
        return await searchSessions(args, scope, others.length === 0 ? own : undefined);
      });
    }),
  );
  server.registerTool(SHOW.name, SHOW.config, (args, call) =>
    calls.answer(askerOf(server, call), async (asker) => {
      if (await isEmpty()) return NOTHING_YET;
      const { id, file, ...rest } = args;
      if (id !== undefined && file === undefined)
        return await readAnywhere(ctx, { id, ...rest }, (from) =>
          onlyProject(ctx, served, asker, from),
        );
      if (id !== undefined || file === undefined)
        throw new Declined(
          "a session or a file, one of the two",
          'id:"a6a81c73" or file:"src/cart.ts:12"',
        );
      const here = await workplaceOfAsker(ctx, served, asker.roots);
      return await whyHere(ctx, { file, bytes: args.bytes }, here);
    }),
  );
  if (served.readOnly) return server;
  server.registerTool(NOTE.name, NOTE.config, ({ session, ...note }, call) =>
    calls.answer(askerOf(server, call), async (asker) => {
      const here = await workplaceOfAsker(ctx, served, asker.roots);
      const id =
        session === undefined
          ? onlyOne(await sessionsOfAsker(ctx, asker, here), asker)
          : await idOf(ctx, session, await onlyProject(ctx, served, asker));
      return await noteIn(ctx, note, id);
    }),
  );
  return server;
}

/** Serves one agent on the standard streams until it leaves. */
export async function serve(ctx: Context, served: Served): Promise<void> {
  const lines = new Lines(ctx);
  const left = new AbortController();
  const whileHere: Context = {
    ...ctx,
    capture: (argv, ms, given) => ctx.capture(argv, ms, { ...given, until: left.signal }),
  };
  const calls = new Calls(whileHere);
  const isDebug = ctx.env["MM_DEBUG"] === "1";
  serveStdio(() => serverFor(whileHere, served, calls), {
    transport: lines,
    onerror: (error) => {
      if (isDebug) ctx.err(`${error.stack}\n`);
    },
  });
  await ctx.stays();
  await lines.pump();
  // A call that is still at work would keep the process, and so would what it has started.
  left.abort();
}
