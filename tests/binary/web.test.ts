import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { onTerminal, PATIENCE } from "../support/pty.ts";
import { needs } from "../support/tools.ts";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
/** What a failing test leaves. */
const started: { kill(signal: NodeJS.Signals): void }[] = [];
afterEach(() => {
  for (const each of started.splice(0)) each.kill("SIGKILL");
  box[Symbol.dispose]();
});

type Child = ReturnType<Sandbox["spawn"]>;

interface Server {
  readonly child: Child;
  readonly url: string;
  /** The address of a path, and the header with the token. */
  at(path: string): string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The first line of a program's output. */
async function firstLine(child: Child): Promise<string> {
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended: ${text}${await child.stderr.text()}`);
    text += decoder.decode(value);
  }
  reader.releaseLock();
  return text.slice(0, text.indexOf("\n"));
}

async function serve(words: readonly string[] = [], env = {}): Promise<Server> {
  return await served(box.spawn(["web", ...words], { env }));
}

async function served(child: Child): Promise<Server> {
  started.push(child);
  const url = await firstLine(child);
  const [base = "", token = ""] = url.split("#t=");
  return {
    child,
    url,
    at: (path) => new URL(path, base).href,
    headers: { authorization: `Bearer ${token}` },
  };
}

async function end({ child }: Server, signal: NodeJS.Signals = "SIGTERM") {
  child.kill(signal);
  return { code: await child.exited, signal: child.signalCode, err: await child.stderr.text() };
}

const status = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).status;

test("the gates, on a real socket", async () => {
  await box.mm(["session", "start", "-t", "hello"]);
  const server = await serve();
  const { at, headers } = server;
  const api = at("/api/ps");
  const token = headers["authorization"]?.slice("Bearer ".length);
  expect(await status(at("/"))).toBe(200);
  expect(await status(at("/"), { headers: { host: "evil.example" } })).toBe(421);
  expect(await status(api)).toBe(401);
  expect(await status(`${api}?t=${token}`)).toBe(401);
  expect(await status(api, { headers })).toBe(200);
  expect(await status(api, { headers: { ...headers, "sec-fetch-site": "same-site" } })).toBe(403);
  expect(await status(api, { headers: { ...headers, origin: "http://evil.example" } })).toBe(403);
  expect(await status(api, { method: "POST", headers })).toBe(405);
  expect(await status(api, { method: "OPTIONS", headers })).toBe(405);
  expect(await end(server)).toEqual({ code: 0, signal: null, err: "" });
});

test("the page and its files come with what protects them, and are small", async () => {
  const server = await serve();
  const page = await fetch(server.at("/"));
  expect(page.headers.get("content-security-policy")).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  const names = [...page.headers.keys()];
  expect(names.filter((name) => /^(?:set-cookie|access-control-)/u.test(name))).toEqual([]);
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/gu)].map(([, path = ""]) => path);
  expect(files.map((path) => path.replace(/.*\./u, "")).sort()).toEqual(["css", "js"]);
  for (const path of files) {
    const file = await fetch(server.at(path));
    expect(file.headers.get("content-type")).toMatch(/^text\/(?:css|javascript)/u);
    expect((await file.text()).length).toBeLessThan(path.endsWith(".js") ? 60 * 1024 : 30 * 1024);
  }
  await end(server);
});

test("stdout has the address alone, whatever is asked", async () => {
  const server = await serve(["--json"]).catch(() => null);
  expect(server).not.toBeNull();
  const { url, port, pid } = JSON.parse(server?.url ?? "{}");
  expect(url).toStartWith(`http://127.0.0.1:${port}/#t=`);
  expect(pid).toBe(server?.child.pid);
  expect(statSync(`${box.home}/web.json`).mode & 0o777).toBe(0o600);
  await end(server as Server);
});

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s", (signal) => {
  test("ends it with 5 pages open: exit 0, and the port is free at once", async () => {
    const server = await serve();
    const streams = await Promise.all(
      [1, 2, 3, 4, 5].map(() => fetch(server.at("/api/changes"), { headers: server.headers })),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await end(server, signal)).toEqual({ code: 0, signal: null, err: "" });
    expect(existsSync(`${box.home}/web.json`)).toBe(false);
    const again = await serve();
    expect(new URL(again.url).port).toBe(new URL(server.url).port);
    expect(again.url).not.toBe(server.url);
    await end(again);
  });
});

test("after a kill the next one starts", async () => {
  const server = await serve();
  server.child.kill("SIGKILL");
  await server.child.exited;
  expect(existsSync(`${box.home}/web.json`)).toBe(true);
  const again = await serve();
  expect(await status(again.at("/api/ps"), { headers: again.headers })).toBe(200);
  expect(await status(again.at("/api/ps"), { headers: server.headers })).toBe(401);
  await end(again);
});

test("two at once are one server", async () => {
  const both = await Promise.all([serve(), serve()]);
  expect(both[0].url).toBe(both[1].url);
  const over = await Promise.race(
    both.map(async (each) => ({ each, code: await each.child.exited })),
  );
  expect(over.code).toBe(0);
  const running = both.find((each) => each !== over.each) as Server;
  expect(await status(running.at("/api/ps"), { headers: running.headers })).toBe(200);
  await end(running);
});

test("a proxy of the environment never sees the token", async () => {
  const server = await serve();
  let asked = 0;
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response(`${asked++}`),
  });
  const at = `http://127.0.0.1:${proxy.port}`;
  const second = await box.mm(["web"], { env: { http_proxy: at, HTTP_PROXY: at, ALL_PROXY: at } });
  expect(second).toEqual({ code: 0, signal: null, out: `${server.url}\n`, err: "" });
  expect(asked).toBe(0);
  await proxy.stop(true);
  await end(server);
});

test("figures and searches are counted by another process", async () => {
  await box.mm(["session", "start", "-t", "hello"]);
  const server = await serve();
  for (const [path, words] of [
    ["stats", ["stats"]],
    ["search?q=hello", ["search", "hello"]],
  ] as const) {
    const answer = await fetch(server.at(`/api/${path}`), { headers: server.headers });
    expect(await answer.text()).toBe((await box.mm([...words, "--json"])).out);
  }
  await end(server);
});

/** What a process keeps for itself, in MB: not the pages of its program. */
function ownMemory(pid: number): number {
  const [, kB] = /^RssAnon:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kB) / 1000;
}

test("it doesn't grow with what it is asked", async () => {
  await box.mm(["session", "start", "-t", "hello"]);
  for (const content of ["one", "two", "three"]) await box.mm(["activity", "log", "-c", content]);
  const server = await serve();
  const ending = new AbortController();
  await fetch(server.at("/api/changes"), { headers: server.headers, signal: ending.signal });
  const paths = ["ps", "session/show?id=last&outline=true", "session/events?id=last&after=0"];
  const ask = async (times: number) => {
    for (let n = 0; n < times; n++) {
      const answer = await fetch(server.at(`/api/${paths[n % paths.length]}`), {
        headers: server.headers,
      });
      expect(answer.status).toBe(200);
      await answer.text();
    }
  };
  await ask(300);
  const before = ownMemory(server.child.pid);
  await ask(3000);
  expect(ownMemory(server.child.pid) - before).toBeLessThan(30);
  ending.abort();
  await end(server);
}, 120_000);

/** The command lines of all processes that this user can see. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .map((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}

needs("strace")("what takes seconds lets others go first", async () => {
  await box.mm(["session", "start"]);
  const log = `${box.folder}/strace.log`;
  const trace = ["-f", "-qq", "-e", "trace=setpriority", "-e", "signal=none", "-o", log];
  const child = Bun.spawn(["strace", ...trace, BINARY, "web", "--no-open"], {
    env: box.env(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const { at, headers } = await served(child);
  expect(await status(at("/api/session/list"), { headers })).toBe(200);
  expect(readFileSync(log, "utf8")).not.toContain("setpriority");
  expect(await status(at("/api/stats"), { headers })).toBe(200);
  const { pid } = JSON.parse(readFileSync(`${box.home}/web.json`, "utf8")) as { pid: number };
  process.kill(pid, "SIGTERM");
  await child.exited;
  expect(readFileSync(log, "utf8")).toMatch(/ setpriority\(PRIO_PROCESS, \d+, 10\)/u);
});

test("a browser opens the page, and no process list shows the token", async () => {
  mkdirSync(`${box.folder}/bin`);
  const opener = `${box.folder}/bin/xdg-open`;
  await Bun.write(
    opener,
    '#!/bin/sh\ncp "$1" opened.html\nenv >env\necho "$1" > opened\nsleep 2\n',
  );
  chmodSync(opener, 0o755);
  const terminal = await onTerminal(box, 100, [BINARY, "web"], {
    DISPLAY: ":0",
    PATH: `${box.folder}/bin:${process.env["PATH"]}`,
  });
  started.push(terminal.child);
  await terminal.until("\n");
  const token = terminal.all().match(/#t=(\S+)/u)?.[1] ?? "";
  expect(token).toHaveLength(43);
  for (let i = 0; i < PATIENCE && !existsSync(`${box.folder}/opened`); i++) await Bun.sleep(20);
  expect(commandLines()).toContain(`${box.home}/web-open.html`);
  expect(commandLines()).not.toContain(token);
  // How the engine of `mm` works is nobody else's business.
  expect(readFileSync(`${box.folder}/env`, "utf8")).not.toContain("BUN_JSC_");
  expect(readFileSync(`${box.folder}/opened.html`, "utf8")).toContain(`#t=${token}"`);
  expect(statSync(`${box.home}/web-open.html`).mode & 0o777).toBe(0o600);
  terminal.child.kill("SIGTERM");
  expect(await terminal.child.exited).toBe(0);
  expect(existsSync(`${box.home}/web-open.html`)).toBe(false);
});
