import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { ServerProcess } from "../support/mcp-process.ts";
import { randomFrom } from "../support/random.ts";
import { exec } from "../support/stored.ts";

const box = new Sandbox();

beforeAll(async () => {
  await box.mm(["session", "start", "-a", "someone", "-t", "the parser"], { cwd: box.folder });
  await box.mm(["activity", "log", "-c", "parser of lists"]);
});
afterAll(() => box[Symbol.dispose]());

const MODERN = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "claude-code", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

describe("it speaks", () => {
  test.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])("%s", async (version) => {
    await using server = new ServerProcess(box);
    const { result } = await server.initialize(version);
    expect(result).toMatchObject({ protocolVersion: version, serverInfo: { name: "mm" } });
    expect((await server.call("search_sessions", { project: "*" })).text).toContain("the parser");
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(await server.err).toBe("");
  });

  test("its newest old version where it doesn't know the one that is asked for", async () => {
    await using server = new ServerProcess(box);
    expect((await server.initialize("1999-01-01")).result).toMatchObject({
      protocolVersion: "2025-11-25",
    });
  });

  test("2026-07-28, which has no handshake", async () => {
    await using server = new ServerProcess(box);
    const { result: found } = await server.request("server/discover", { _meta: MODERN });
    expect(found?.["supportedVersions"]).toContain("2026-07-28");
    const { result: listed } = await server.request("tools/list", { _meta: MODERN });
    expect(listed?.["tools"]).toHaveLength(3);
    const { result } = await server.request("tools/call", {
      name: "search_sessions",
      arguments: { query: "parser", project: "*" },
      _meta: MODERN,
    });
    expect(JSON.stringify(result)).toContain("parser of lists");
    expect(await server.end()).toEqual({ code: 0, signal: null });
  });
});

describe("it ends", () => {
  test("with its input, before a call and after one", async () => {
    await using early = new ServerProcess(box);
    expect(await early.end()).toEqual({ code: 0, signal: null });
    await using late = new ServerProcess(box);
    await late.initialize();
    await late.call("search_sessions");
    expect(await late.end()).toEqual({ code: 0, signal: null });
  });

  test("with its input in the midst of a call, which it answers", async () => {
    await using server = new ServerProcess(box);
    await server.initialize();
    const call = server.call("search_sessions", { query: "parser", project: "*" });
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect((await call).text).toContain("the parser");
  });

  test("with its input while git is at work, and git ends with it", async () => {
    const [bin, tree] = [`${box.folder}/bin`, `${box.folder}/tree`];
    mkdirSync(bin);
    writeFileSync(`${bin}/git`, `#!/bin/sh\ntouch ${bin}/begun\nsleep 9\ntouch ${bin}/done\n`, {
      mode: 0o755,
    });
    mkdirSync(`${tree}/.git`, { recursive: true });
    writeFileSync(`${tree}/.git/HEAD`, "ref: refs/heads/main\n");
    writeFileSync(`${tree}/a.ts`, "one\n");
    const env = { PATH: `${bin}:${process.env["PATH"]}` };
    await using server = new ServerProcess(box, env, "--project", tree);
    await server.initialize();
    void server.call("show_session", { file: "a.ts:1" });
    while (!existsSync(`${bin}/begun`)) await Bun.sleep(10);
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(existsSync(`${bin}/done`)).toBe(false);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s", async (signal) => {
    await using server = new ServerProcess(box);
    await server.initialize();
    server.child.kill(signal);
    expect(await server.ended()).toEqual({ code: null, signal });
  });

  test("once nobody reads what it says", async () => {
    const child = Bun.spawn([BINARY, "mcp"], { env: box.env(), stdin: "pipe", stdout: "pipe" });
    await child.stdout.cancel();
    child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    await child.stdin.flush();
    expect(await child.exited).toBe(0);
  });

  test("at a line that is too long", async () => {
    await using server = new ServerProcess(box);
    await server.initialize();
    server.write(`{"jsonrpc":"2.0","id":9,"method":"ping","params":{"x":"${"x".repeat(12e6)}"}}\n`);
    expect(await server.ended()).toEqual({ code: 0, signal: null });
    expect(await server.err).toBe("");
  });
});

describe("it goes on", () => {
  test.each([
    ["what isn't JSON", "hello\n"],
    ["half a message", '{"jsonrpc":"2.0","id":\n'],
    ["invalid UTF-8", new Uint8Array([0x22, 0xff, 0xfe, 0x22, 0x0a])],
    ["a NUL", "\0\n"],
    ["an empty line", "\n\r\n"],
    ["a batch", '[{"jsonrpc":"2.0","id":70,"method":"ping"}]\n'],
    ["an unknown notification", '{"jsonrpc":"2.0","method":"notifications/nothing"}\n'],
    ["an answer that nobody waits for", '{"jsonrpc":"2.0","id":99,"result":{}}\n'],
  ])("after %s", async (_, bytes) => {
    await using server = new ServerProcess(box);
    await server.initialize();
    server.write(bytes);
    expect((await server.request("ping")).result).toEqual({});
    expect(await server.end()).toEqual({ code: 0, signal: null });
    expect(await server.err).toBe("");
  });

  test("after an unknown method, and a thousand messages of chance", async () => {
    await using server = new ServerProcess(box);
    await server.initialize();
    expect((await server.request("nothing/at/all")).error?.code).toBe(-32601);
    const random = randomFrom(7);
    const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
    const values = [null, 0, -1, "", "x", [], {}, true, { name: "search_sessions" }, [[]]];
    const methods = [
      "ping",
      "tools/call",
      "tools/list",
      "initialize",
      "x",
      "",
      "notifications/cancelled",
    ];
    for (let i = 0; i < 1000; i++) {
      const message = {
        jsonrpc: pick(["2.0", "2.0", "1.0", 2]),
        ...(random() < 0.5 ? { id: pick([...values, 5000 + i]) } : {}),
        method: pick<unknown>([...methods, 7, null]),
        params: pick<unknown>([...values, { name: "show_session", arguments: pick(values) }]),
      };
      server.write(`${JSON.stringify(message)}\n`);
    }
    expect((await server.request("ping")).result).toEqual({});
    expect((await server.call("search_sessions", { project: "*" })).text).toContain("the parser");
    expect(await server.end()).toEqual({ code: 0, signal: null });
  });
});

describe("stdout has answers alone, and stderr no stack", () => {
  const calls = async (server: ServerProcess) => {
    await server.initialize();
    const told = [
      await server.call("search_sessions", { project: "*" }),
      await server.call("search_sessions", { query: "parser", project: "*" }),
      await server.call("search_sessions", { nothing: 1 }),
      await server.call("show_session", { id: "nothing" }),
      await server.call("add_note", { text: "x" }),
    ];
    await server.end();
    for (const line of server.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    return { told, err: await server.err };
  };

  test.each([
    ["as usual", {}],
    ["with MM_DEBUG", { MM_DEBUG: "1" }],
    ["with a home that can't be", { MM_HOME: "relative" }],
    ["with another home", { MM_HOME: "/dev/null/x" }],
  ])("%s", async (_, env: Readonly<Record<string, string>>) => {
    const { err } = await calls(new ServerProcess(box, env));
    if (env["MM_DEBUG"] === undefined) expect(err).not.toMatch(/^\s+at /mu);
  });

  test("with settings and a database that can't be read", async () => {
    using broken = new Sandbox();
    await broken.mm(["session", "start"]);
    writeFileSync(`${broken.home}/mm.json`, "{");
    expect((await calls(new ServerProcess(broken))).err).toContain("mm.json");
    rmSync(`${broken.home}/mm.json`);
    writeFileSync(broken.database, "no database ".repeat(1000));
    const { told } = await calls(new ServerProcess(broken));
    expect(told[0]?.isError).toBe(true);
    expect(told[0]?.text).toEndWith("Next: ask the person to run `mm doctor`");
  });

  test("with a database that is newer, and one that is locked", async () => {
    using newer = new Sandbox();
    await newer.mm(["session", "start"]);
    exec(newer, "UPDATE mm_meta SET value = '99' WHERE key = 'schema_version'");
    const { told } = await calls(new ServerProcess(newer));
    expect(told[0]?.text).toContain("mm was upgraded");
    using locked = new Sandbox();
    await locked.mm(["session", "start"]);
    await locked.mm(["activity", "log", "-c", "x"]);
    const lock = new Database(locked.database, { strict: true });
    lock.run("BEGIN IMMEDIATE");
    const id = lock.query<{ id: string }, []>("SELECT id FROM sessions").get()?.id ?? "";
    await using server = new ServerProcess(locked);
    await server.initialize();
    const { text } = await server.call("add_note", { text: "x", session: id });
    lock.close();
    expect(text).toEndWith(". Next: call again");
  });
});

describe("in a long life", () => {
  const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
  const memory = (pid: number) =>
    Number(/^VmRSS:\s+(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;

  test("it keeps nothing open and doesn't grow", async () => {
    await using server = new ServerProcess(box);
    await server.initialize();
    await server.call("search_sessions", { query: "parser", project: "*" });
    const before = descriptors(server.child.pid);
    for (let i = 0; i < 1000; i++) {
      await server.call("search_sessions", i % 2 === 0 ? { query: "parser" } : { project: "*" });
    }
    expect(descriptors(server.child.pid)).toBe(before);
    expect(memory(server.child.pid)).toBeLessThan(90);
  });

  test("the database may be folded in, removed, replaced and upgraded", async () => {
    using other = new Sandbox();
    const start = (title: string) => other.mm(["session", "start", "-t", title]);
    await start("first");
    await using server = new ServerProcess(other);
    await server.initialize();
    const list = async () => (await server.call("search_sessions", { project: "*" })).text;
    expect(await list()).toContain("first");
    const db = new Database(other.database, { strict: true });
    expect(db.query("PRAGMA wal_checkpoint(TRUNCATE)").get()).toMatchObject({ busy: 0 });
    db.close();
    for (const name of readdirSync(other.home))
      rmSync(`${other.home}/${name}`, { recursive: true });
    expect(await list()).toStartWith("Nothing is recorded yet");
    await start("second");
    expect(await list()).toContain("second");
    await other.mm(["gc", "--older-than", "0s", "--yes"]);
    expect(await list()).toContain("session");
    expect(existsSync(other.database)).toBe(true);
  });
});
