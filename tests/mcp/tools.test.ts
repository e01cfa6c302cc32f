import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { asked, Dialogue } from "../support/mcp.ts";
import { ProjectWorld } from "../support/projects.ts";

let world: ProjectWorld;

beforeEach(async () => {
  world = new ProjectWorld();
  world.cwd = world.make("app");
  await world.work(world.cwd, "why does the build fail");
});
afterEach(() => world[Symbol.dispose]());

interface Listed {
  readonly tools: {
    readonly name: string;
    readonly description: string;
    readonly inputSchema: { readonly properties: Readonly<Record<string, unknown>> };
    readonly annotations: unknown;
  }[];
}

async function list(...options: string[]): Promise<Listed> {
  await using dialogue = new Dialogue(world, ...options);
  await dialogue.initialize();
  const { result } = await dialogue.request("tools/list");
  return result as unknown as Listed;
}

describe("what an agent is told at the start", () => {
  test("is small", async () => {
    await using dialogue = new Dialogue(world);
    const { result: hello } = await dialogue.initialize();
    const { result: first } = await dialogue.request("tools/list");
    const { result: again } = await dialogue.request("tools/list");
    const instructions = String(hello?.["instructions"]);
    expect(instructions.length).toBeLessThanOrEqual(240);
    const bytes = Buffer.byteLength(JSON.stringify(first)) + Buffer.byteLength(instructions);
    expect(bytes).toBeLessThanOrEqual(2300);
    expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThanOrEqual(2000);
    expect(JSON.stringify(again)).toBe(JSON.stringify(first));
    expect(hello?.["serverInfo"]).toMatchObject({ name: "mm" });
    expect(hello?.["capabilities"]).toEqual({ tools: { listChanged: false } });
  });

  test("names three tools that speak for themselves", async () => {
    const { tools } = await list();
    const told = tools.map(({ name, description, inputSchema, annotations }) => ({
      name,
      description,
      takes: Object.keys(inputSchema.properties),
      annotations,
    }));
    expect(told).toMatchInlineSnapshot(`
      [
        {
          "annotations": {
            "openWorldHint": false,
            "readOnlyHint": true,
          },
          "description": "Find earlier agent sessions, or list the newest. One line a hit, with ids.",
          "name": "search_sessions",
          "takes": [
            "query",
            "file",
            "project",
            "since",
            "machine",
            "limit",
          ],
        },
        {
          "annotations": {
            "openWorldHint": false,
            "readOnlyHint": true,
          },
          "description": "Read one session, or find whose prompt made a line of a file.",
          "name": "show_session",
          "takes": [
            "id",
            "file",
            "from",
            "bytes",
          ],
        },
        {
          "annotations": {
            "destructiveHint": false,
            "openWorldHint": false,
            "readOnlyHint": false,
          },
          "description": "Record a decision or note in this session, for later ones.",
          "name": "add_note",
          "takes": [
            "text",
            "kind",
            "session",
          ],
        },
      ]
    `);
    expect(JSON.stringify(tools)).not.toContain("outputSchema");
  });

  test("has no tool that writes with --read-only", async () => {
    const { tools } = await list("--read-only");
    expect(tools.map(({ name }) => name)).toEqual(["search_sessions", "show_session"]);
    await using dialogue = new Dialogue(world, "--read-only");
    await dialogue.initialize();
    const reply = await dialogue.request("tools/call", {
      name: "add_note",
      arguments: { text: "x" },
    });
    expect(reply.error?.code).toBe(-32602);
  });
});

test("the server gives memory back after each call", async () => {
  await using dialogue = new Dialogue(world);
  await dialogue.initialize();
  expect({ stays: world.stays, rests: world.rests }).toEqual({ stays: 1, rests: 0 });
  for (const name of ["search_sessions", "nothing", "show_session"])
    await dialogue.request("tools/call", { name, arguments: {} });
  expect({ stays: world.stays, rests: world.rests }).toEqual({ stays: 1, rests: 2 });
});

describe("arguments", () => {
  const search = (args: unknown) => asked(world, "search_sessions", args);

  test("are taken as models send them", async () => {
    const usual = await search({ query: "build" });
    expect(usual.text).toContain("why does the build fail");
    expect(await search({ query: "build", limit: "5" })).toEqual(usual);
    expect(await search({ query: "build", limit: 5, file: null, project: "", since: "" })).toEqual(
      usual,
    );
    expect(await search({ query: "" })).toEqual(await search({}));
  });

  test.each([
    [{ query: "x".repeat(501) }, "query"],
    [{ limit: 0 }, "limit"],
    [{ limit: 51 }, "limit"],
    [{ limit: "many" }, "limit"],
    [{ words: "x" }, 'Unrecognized key: "words"'],
  ])("are refused by name: %j", async (args, named) => {
    const { text, isError } = await search(args);
    expect(isError).toBe(true);
    expect(text).toContain(named);
    expect(text.length).toBeLessThanOrEqual(300);
  });

  test("that can't be understood are told with the next step", async () => {
    const { text, isError } = await search({ since: "soon" });
    expect(isError).toBe(true);
    expect(text).toEndWith('. Next: since:"7d" or since:"2026-11-01"');
    expect((await search({ query: "--- ''" })).text).toStartWith("Nothing found");
  });

  test("may be an id of digits alone", async () => {
    const { text } = await asked(world, "show_session", { id: 12345678 });
    expect(text).toBe("session not found: 12345678. Next: search_sessions {} lists ids");
  });
});

test("an unknown tool is an error of the protocol", async () => {
  await using dialogue = new Dialogue(world);
  await dialogue.initialize();
  const { error } = await dialogue.request("tools/call", { name: "search", arguments: {} });
  expect(error?.code).toBe(-32602);
});

test("nothing but the answers is written, and warnings go to stderr", async () => {
  world.makeHome({ "mm.json": "{" });
  const dialogue = new Dialogue(world);
  await dialogue.initialize();
  await dialogue.call("search_sessions", {});
  const { code, out, err } = await dialogue.end();
  expect(code).toBe(0);
  expect(out.trimEnd().split("\n").length).toBe(2);
  expect(err).toContain("mm.json");
});

test("on a terminal it says what to do", async () => {
  world.answers = true;
  const { code, out, err } = await world.mm("mcp");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain("mm mcp install");
});

test("a home without a database has nothing recorded yet", async () => {
  world.env = { ...world.env, MM_HOME: `${world.folder}/other` };
  const { text, isError } = await asked(world, "search_sessions", {});
  expect({ text, isError }).toEqual({
    text: "Nothing is recorded yet; the person runs `mm hooks install`.",
    isError: false,
  });
});

test("a home that can't be is told at each call, and doesn't end the server", async () => {
  world.env = { ...world.env, MM_HOME: "relative" };
  await using dialogue = new Dialogue(world);
  await dialogue.initialize();
  const { text, isError } = await dialogue.call("search_sessions", {});
  expect(isError).toBe(true);
  expect(text).toContain("MM_HOME");
  expect((await dialogue.request("ping")).result).toEqual({});
});
