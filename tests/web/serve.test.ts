import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import root from "../../src/commands.ts";
import type { Context } from "../../src/context.ts";
import { Api } from "../../src/web/api.ts";
import { Changes } from "../../src/web/changes.ts";
import { createHandler } from "../../src/web/serve.ts";
import { Served } from "../support/served.ts";
import { World } from "../support/world.ts";

let world: World;
let served: Served;
beforeEach(() => {
  world = new World();
  served = new Served(world);
});
afterEach(() => world[Symbol.dispose]());

const nothing = async () => undefined;
const mode = (name: string) => statSync(`${world.home}/${name}`).mode & 0o777;

test.each<[string, boolean, string[], string]>([
  ["opens it", true, [], "Opening it in your browser. Ctrl-C stops it.\n"],
  ["opens nothing", true, ["--no-open"], "Open it in your browser. Ctrl-C stops it.\n"],
  ["has no browser", false, [], "Open it in your browser. Ctrl-C stops it.\n"],
  ["prints JSON", true, ["--json"], ""],
])("on a terminal it says what to do where it %s", async (_, hasBrowser, words, hint) => {
  world.isTerminal = true;
  served.hasBrowser = hasBrowser;
  expect((await served.during(words, nothing)).err).toBe(hint);
});

test("it prints one line, the address, and leaves nothing behind", async () => {
  const { code, out, err } = await served.during([], async () => {
    expect(mode("web.json")).toBe(0o600);
    expect(statSync(world.home).mode & 0o777).toBe(0o700);
  });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(`${served.url}\n`);
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:2\d{4}\/#t=[\w-]{43}\n$/u);
  expect(world.files()).toEqual([]);
  expect(world.stays).toBe(1);
});

test("--json: the address, the port and the process", async () => {
  const { out } = await served.during(["--json"], nothing);
  const port = served.ports[0];
  expect(JSON.parse(out)).toEqual({ url: served.url, port, pid: 4711 });
});

test("the port stays the same for a home; the next ones are tried, then any", async () => {
  await served.during([], nothing);
  const [first = 0] = served.ports;
  for (let n = 0; n < 10; n++) served.taken.add(20_000 + ((first - 20_000 + n) % 10_000));
  const again = new Served(world);
  for (const port of served.taken) again.taken.add(port);
  await again.during([], nothing);
  expect(again.ports).toEqual([...served.taken, 50_000]);
});

test("--port: this one, or none", async () => {
  await served.during(["--port", "8080"], nothing);
  expect(served.ports).toEqual([8080]);
  served.taken.add(8080);
  expect(await world.mm("web", "--port", "8080")).toEqual({
    code: 1,
    out: "",
    err: "mm: port 8080 of 127.0.0.1 is taken\n  hint: leave out --port, and mm takes a port that is free\n",
  });
  expect((await world.mm("web", "--port", "65536")).code).toBe(2);
  expect(world.files()).toEqual([]);
});

test("a second call prints the address of the one that runs", async () => {
  await served.during([], async () => {
    served.isAlive = true;
    const second = await world.mm("web");
    expect(second).toEqual({ code: 0, out: `${served.url}\n`, err: "" });
    expect(served.ports).toHaveLength(1);
    expect(world.files()).toContain("web.json");
  });
});

test("a second call says which of its options the one that runs doesn't have", async () => {
  await served.during([], async () => {
    served.isAlive = true;
    const port = new URL(served.url).port;
    const { code, out, err } = await world.mm(
      ...["web", "--port", "8080", "--allow-host", "box.example", "--idle", "1h"],
    );
    expect({ code, out }).toEqual({ code: 0, out: `${served.url}\n` });
    expect(err).toBe(
      `mm: warning: mm web runs already, on port ${port}, without your --port, --allow-host, --idle; end process 4711 first to have them\n`,
    );
    expect((await world.mm("web", "--port", port)).err).toBe("");
  });
});

test("of two at once, the second waits for the port of the first", async () => {
  world.makeHome({ "web.json": '{"port":0,"pid":1,"token":"first"}' });
  served.isStarting = true;
  world.meanwhile.push(
    () => undefined,
    () => {
      writeFileSync(`${world.home}/web.json`, '{"port":99,"pid":1,"token":"first"}');
      served.isAlive = true;
    },
  );
  expect((await world.mm("web")).out).toBe("http://127.0.0.1:99/#t=first\n");
  expect(served.ports).toEqual([]);
});

test("one that died before it had a port is no obstacle", async () => {
  world.makeHome({ "web.json": '{"port":0,"pid":1,"token":"first"}' });
  const before = world.clock.getTime();
  expect((await served.during([], nothing)).out).toBe(`${served.url}\n`);
  expect(world.clock.getTime()).toBe(before);
});

test.each(['{"port":1,"pid":2,"token":"dead"}', "not json", "{}", "\0", '{"port":"x"}'])(
  "what is left of a dead server is replaced: %j",
  async (text) => {
    world.makeHome({ "web.json": text });
    const { code, out } = await served.during([], nothing);
    expect({ code, out }).toEqual({ code: 0, out: `${served.url}\n` });
  },
);

test("a file system without links is no obstacle", async () => {
  world.disk = {
    ...world.disk,
    linkSync: () => {
      throw Object.assign(new Error("EPERM"), { code: "EPERM" });
    },
  };
  expect((await served.during([], nothing)).out).toBe(`${served.url}\n`);
  expect(world.files()).toEqual([]);
});

test("the note of another server stays", async () => {
  const other = '{"port":1,"pid":2,"token":"other"}';
  await served.during([], async () => writeFileSync(`${world.home}/web.json`, other));
  expect(world.files()).toEqual(["web.json"]);
});

test("the browser gets a file, never the token on its command line", async () => {
  world.isTerminal = true;
  await served.during([], async () => {
    expect(served.opened).toHaveLength(1);
    const [{ path = "", text = "" } = {}] = served.opened;
    expect(path).toBe(`${world.home}/web-open.html`);
    expect(text).toContain(`url=${served.url}"`);
    expect(text).toContain("no-referrer");
  });
  expect(existsSync(`${world.home}/web-open.html`)).toBe(false);
});

test.each<[string, boolean, boolean, string[]]>([
  ["--no-open", true, true, ["--no-open"]],
  ["no terminal", false, true, []],
  ["no browser", true, false, []],
])("nothing is opened with %s", async (_, isTerminal, hasBrowser, words) => {
  world.isTerminal = isTerminal;
  served.hasBrowser = hasBrowser;
  await served.during(words, nothing);
  expect(served.opened).toEqual([]);
});

test("--idle: it ends on its own", async () => {
  expect((await world.mm("web", "--idle", "30m")).code).toBe(0);
  expect(world.clock.toISOString()).toBe("2026-03-10T12:30:00.000Z");
  expect((await world.mm("web", "--idle", "soon")).code).toBe(2);
});

test("--allow-host", async () => {
  await served.during(["--allow-host", "Box.example, b:1"], async () => {
    expect((await served.ask("/api/ps", { host: "box.example" })).status).toBe(200);
    expect((await served.ask("/api/ps", { host: "b:1" })).status).toBe(200);
    expect((await served.ask("/api/ps", { host: "c" })).status).toBe(421);
  });
});

test("the page's files, with what protects them", async () => {
  const ctx = {} as Context;
  const handler = createHandler({
    api: new Api(ctx, root),
    changes: new Changes(ctx, root, () => false),
    assets: new Map([["/", { body: "<p>hi", type: "text/html;charset=utf-8" }]]),
    hosts: [],
    running: { port: 1, pid: 2, token: "t" },
  });
  const get = (path: string, headers = {}) =>
    handler(
      new Request(`http://127.0.0.1:1${path}`, { headers: { host: "127.0.0.1:1", ...headers } }),
    );
  const page = await get("/");
  expect(await page.text()).toBe("<p>hi");
  expect(Object.fromEntries(page.headers)).toEqual({
    "content-security-policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "content-type": "text/html;charset=utf-8",
    "cache-control": "no-cache",
  });
  for (const [path, status] of [
    ["/x", 404],
    ["/api/ps", 401],
    ["/api/", 401],
  ] as const) {
    const answer = await get(path);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  }
  expect((await get("/", { host: "evil.example" })).status).toBe(421);
});
