import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { isSpecType } from "@modelcontextprotocol/server";
import { BINARY, Sandbox } from "../support/binary.ts";
import { ServerProcess } from "../support/mcp-process.ts";
import { rows } from "../support/stored.ts";

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

const CALLS = [
  ["search_sessions", { query: "parser", project: "*" }],
  ["search_sessions", { nothing: 1 }],
  ["show_session", { id: "nothing" }],
  ["show_session", { file: "/etc/passwd:1" }],
  ["add_note", { text: "x" }],
] as const;

describe("every message is as the protocol's own types say", () => {
  test("with a handshake", async () => {
    await using server = new ServerProcess(box);
    const hello = await server.initialize("2025-11-25");
    expect(isSpecType.InitializeResult(hello.result)).toBe(true);
    const listed = await server.request("tools/list");
    expect(isSpecType.ListToolsResult(listed.result)).toBe(true);
    for (const [name, args] of CALLS) {
      const { result } = await server.request("tools/call", { name, arguments: args });
      expect(isSpecType.CallToolResult(result)).toBe(true);
    }
    await server.request("nothing/at/all");
    await server.request("tools/call", { name: "nothing" });
    expect(server.lines).toHaveLength(CALLS.length + 4);
    for (const line of server.lines)
      expect(isSpecType.JSONRPCResponse(JSON.parse(line))).toBe(true);
  });

  test("without one", async () => {
    await using server = new ServerProcess(box);
    const found = await server.request("server/discover", { _meta: MODERN });
    expect(isSpecType.DiscoverResult(found.result)).toBe(true);
    for (const [name, args] of CALLS) {
      const params = { name, arguments: args, _meta: MODERN };
      const { result } = await server.request("tools/call", params);
      expect(isSpecType.CallToolResult(result)).toBe(true);
      expect(result).toMatchObject({ resultType: "complete" });
    }
    for (const line of server.lines)
      expect(isSpecType.JSONRPCResponse(JSON.parse(line))).toBe(true);
  });
});

describe("its agent is killed", () => {
  /** An agent that starts the server, tells its id and goes on to ask it for `calls` searches. */
  function agent(calls: number) {
    const script = `
      const server = Bun.spawn([${JSON.stringify(BINARY)}, "mcp"], { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
      const send = (id, method, params) => server.stdin.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }) + "\\n");
      const clientInfo = { name: "x", version: "1" };
      send(1, "initialize", { protocolVersion: "2025-06-18", capabilities: {}, clientInfo });
      await server.stdin.flush();
      const reader = server.stdout.getReader();
      await reader.read();
      for (let id = 2; id < 2 + ${calls}; id++)
        send(id, "tools/call", { name: "search_sessions", arguments: { query: "parser", project: "*" } });
      await server.stdin.flush();
      if (${calls} > 0) await reader.read();
      console.log(server.pid);
      await new Promise((resolve) => setTimeout(resolve, 600_000));`;
    return Bun.spawn([process.execPath, "-e", script], {
      env: box.env(),
      cwd: box.folder,
      stdin: "ignore",
      stdout: "pipe",
    });
  }

  test.each([
    ["at rest", 0],
    ["in the midst of answers", 200],
  ])("%s: the server is gone", async (_, calls) => {
    const child = agent(calls);
    const { value } = await child.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    expect(existsSync(`/proc/${pid}/exe`)).toBe(true);
    child.kill("SIGKILL");
    await child.exited;
    const isGone = () => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };
    while (!isGone()) await Bun.sleep(10);
    const { code } = await box.mm(["search", "parser"]);
    expect(code).toBe(0);
  });
});

test("a message of nearly 10 MB is answered; one of 11 MB ends it, whatever it asks", async () => {
  const query = "x".repeat(9_900_000);
  await using server = new ServerProcess(box);
  await server.initialize();
  const { text, isError } = await server.call("search_sessions", { query });
  expect(isError).toBe(true);
  expect(text.length).toBeLessThan(300);
  expect((await server.call("search_sessions", { project: "*" })).text).toContain("the parser");
  const params = { name: "search_sessions", arguments: { query: "y".repeat(11_000_000) } };
  server.write(`${JSON.stringify({ jsonrpc: "2.0", id: 77, method: "tools/call", params })}\n`);
  expect(await server.ended()).toEqual({ code: 0, signal: null });
  expect(await server.err).toBe("");
});

test("while the store is locked it says so, and then it answers again", async () => {
  await using server = new ServerProcess(box);
  await server.initialize();
  const search = async () =>
    await server.call("search_sessions", { query: "parser", project: "*" });
  expect((await search()).text).toContain("the parser");
  const lock = new Database(box.database, { strict: true });
  lock.run("PRAGMA locking_mode = EXCLUSIVE");
  lock.run("BEGIN EXCLUSIVE");
  const { text, isError } = await search();
  expect(isError).toBe(true);
  expect(text).toContain("locked");
  expect(text).toEndWith(". Next: call again");
  lock.close(true);
  expect((await search()).text).toContain("the parser");
});

test("two agents on one store: both notes are there", async () => {
  using shared = new Sandbox();
  await shared.mm(["session", "start"]);
  const [row] = rows<{ id: string }>(shared, "SELECT id FROM sessions");
  const servers = [new ServerProcess(shared), new ServerProcess(shared)];
  await Promise.all(servers.map((server) => server.initialize()));
  const told = await Promise.all(
    servers.flatMap((server, one) =>
      Array.from({ length: 30 }, (_, n) =>
        server.call("add_note", { text: `note ${one} ${n}`, session: row?.id }),
      ),
    ),
  );
  expect(told.filter(({ isError }) => isError)).toEqual([]);
  for (const server of servers) expect(await server.end()).toEqual({ code: 0, signal: null });
  expect(rows(shared, "SELECT id FROM session_events")).toHaveLength(60);
});
