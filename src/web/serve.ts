import type { Root } from "../cli/tree.ts";
import type { Context, Listener, Serving } from "../context.ts";
import { UserError } from "../errors.ts";
import { lookForSignsBy } from "../text/redact.ts";
import { atOnce } from "../text/secrets/at-once.ts";
import { toJson } from "../text/text.ts";
import { answer, plain, refusal } from "./answers.ts";
import { Api } from "./api.ts";
import { Changes } from "./changes.ts";
import { gate, isForApi } from "./gate.ts";
import { addressOf, claim, findRunning, forget, note, openPage, type Running } from "./running.ts";

/** A file of the page. */
export interface Asset {
  readonly body: string | Blob;
  readonly type: string;
}

/** The files of the page by their paths. */
export type Assets = ReadonlyMap<string, Asset>;

/** How the page is served. */
export interface WebRequest {
  /** Null for one that stays the same as long as nobody else takes it. */
  readonly port: number | null;
  readonly opens: boolean;
  /** After so many milliseconds without a page the server ends; null for never. */
  readonly idleMs: number | null;
  readonly hosts: readonly string[];
  readonly json: boolean;
}

/** What answers a request. */
export type Handler = (request: Request) => Promise<Response>;

interface Parts {
  readonly api: Api;
  readonly changes: Changes;
  readonly assets: Assets;
  readonly hosts: readonly string[];
  readonly running: Running;
}

/** Whether it is a request of the server's own page. */
function admit({ method, url, headers }: Request, own: Running & { hosts: readonly string[] }) {
  return gate(
    {
      method,
      url,
      host: headers.get("host"),
      origin: headers.get("origin"),
      fetchSite: headers.get("sec-fetch-site"),
      authorization: headers.get("authorization"),
    },
    own,
  );
}

/** Answers requests with the page's files, and with the documents that it asks for. */
export function createHandler({ api, changes, assets, hosts, running }: Parts): Handler {
  const own = { ...running, hosts };
  const find = async (asked: URL, signal: AbortSignal): Promise<Response | null> => {
    const asset = assets.get(asked.pathname);
    if (asset !== undefined) return answer(asset.body, 200, asset.type, "no-cache");
    if (!isForApi(asked.pathname)) return null;
    if (asked.pathname !== "/api/changes") return await api.answer(asked, signal);
    return changes.stream() ?? plain(503, "too many pages are open");
  };
  return async (request) => {
    const refused = admit(request, own);
    if (refused !== null) return refusal(refused);
    try {
      const found = await find(new URL(request.url), request.signal);
      return found ?? plain(404, "there is nothing here");
    } catch {
      return plain(500, "unexpected failure");
    }
  };
}

const FIRST_PORT = 20_000;
const MOST_PORTS = 10_000;
const TRIES = 10;

/** The ports to try: always the same for a home, so that bookmarks last, and others for another user. */
function portsFor(home: string): number[] {
  const first = Number(BigInt(Bun.hash(home)) % BigInt(MOST_PORTS));
  return [...Array(TRIES).keys()].map((n) => FIRST_PORT + ((first + n) % MOST_PORTS));
}

/** 256 bits that nobody guesses. */
function newToken(ctx: Pick<Context, "newId">): string {
  const ids = [ctx.newId(), ctx.newId(), ctx.newId()].join();
  return new Bun.CryptoHasher("sha256").update(ids).digest("base64url");
}

function announce(ctx: Context, running: Running, json: boolean): Promise<boolean> {
  const { port, pid } = running;
  const url = addressOf(running);
  return ctx.out(json ? `${toJson({ url, port, pid })}\n` : `${url}\n`);
}

/** What to do with the address, and how to end what seems to hang. */
function hintFor(isOpening: boolean): string {
  const open = isOpening ? "Opening it in your browser." : "Open it in your browser.";
  return `${open} Ctrl-C stops it.\n`;
}

/** Ends when somebody ends this process, or nobody has looked at the page for so long. */
async function untilOver(
  ctx: Context,
  serving: Serving,
  idleMs: number | null,
  lastUse: () => number,
): Promise<void> {
  if (idleMs === null) return await serving.stopped;
  let isStopped = false;
  const stopped = serving.stopped.then(() => {
    isStopped = true;
  });
  for (;;) {
    const left = lastUse() + idleMs - ctx.now().getTime();
    if (isStopped || left <= 0) return;
    await Promise.race([ctx.sleep(left), stopped]);
  }
}

interface Bound {
  readonly listener: Listener;
  readonly running: Running;
}

/** Listens on the first port that is free. @throws UserError `port_taken` */
function bind(
  serving: Serving,
  ports: readonly number[],
  token: string,
  handlerFor: (running: Running) => Handler,
): Bound {
  const { pid } = serving;
  for (const each of ports) {
    const listener = serving.listen(each, (port) => handlerFor({ port, pid, token }));
    if (listener !== null) return { listener, running: { port: listener.port, pid, token } };
  }
  const hint = "leave out --port, and mm takes a port that is free";
  throw new UserError("port_taken", `port ${ports[0]} of 127.0.0.1 is taken`, hint);
}

/** Starts a server, or finds the one of this home: there is only one, however many calls come at once. */
async function bindOrFind(
  ctx: Context,
  serving: Serving,
  port: number | null,
  handlerFor: (running: Running) => Handler,
): Promise<Bound | Running> {
  const { home } = await ctx.store();
  const token = newToken(ctx);
  for (let tries = 1; tries <= TRIES; tries++) {
    const found = await findRunning(ctx, serving, home);
    if (found !== null) return found;
    if (!(await claim(ctx, home, { pid: serving.pid, token }))) continue;
    try {
      const ports = port === null ? [...portsFor(home), 0] : [port];
      const bound = bind(serving, ports, token, handlerFor);
      await note(ctx, home, bound.running);
      return bound;
    } catch (error) {
      await forget(ctx, home, { token });
      throw error;
    }
  }
  throw new Error("other servers keep coming and going");
}

/** Says which options a server that runs already doesn't have. */
function warnOfIgnored(
  ctx: Pick<Context, "warnings">,
  running: Running,
  { port, hosts, idleMs }: Pick<WebRequest, "port" | "hosts" | "idleMs">,
): void {
  const ignored = [
    port !== null && port !== running.port && "--port",
    hosts.length > 0 && "--allow-host",
    idleMs !== null && "--idle",
  ].filter((option) => option !== false);
  if (ignored.length === 0) return;
  ctx.warnings.push(
    `mm web runs already, on port ${running.port}, without your ${ignored.join(", ")}; end process ${running.pid} first to have them`,
  );
}

/** While one waits for a lock, nobody else is answered; the page asks again. */
const LOCK_WAIT_MS = 250;

/** Serves the page until somebody ends it. @returns the exit code @throws UserError `port_taken` */
export async function servePage(
  ctx: Context,
  root: Root,
  assets: Assets,
  { port, opens, idleMs, hosts, json }: WebRequest,
): Promise<number> {
  await ctx.stays();
  const { home } = await ctx.store(LOCK_WAIT_MS);
  lookForSignsBy(atOnce);
  const serving = await ctx.serving();
  const api = new Api(ctx, root);
  const changes = new Changes(ctx, root, () => api.isSearching);
  let usedAt = ctx.now().getTime();
  const handlerFor = (running: Running): Handler => {
    const handler = createHandler({ api, changes, assets, hosts, running });
    return (request) => {
      usedAt = ctx.now().getTime();
      return handler(request);
    };
  };
  const bound = await bindOrFind(ctx, serving, port, handlerFor);
  const isOurs = "listener" in bound;
  const running = isOurs ? bound.running : bound;
  await announce(ctx, running, json);
  const unopen = opens ? await openPage(ctx, serving, home, running) : () => undefined;
  if (isOurs && !json && ctx.terminal.stderrIsTty()) ctx.err(hintFor(opens && serving.canOpen()));
  if (!isOurs) {
    warnOfIgnored(ctx, running, { port, hosts, idleMs });
    return 0;
  }
  const lastUse = () => (changes.open > 0 ? ctx.now().getTime() : usedAt);
  await untilOver(ctx, serving, idleMs, lastUse);
  changes.close();
  await bound.listener.stop();
  unopen();
  await forget(ctx, home, running);
  return 0;
}
