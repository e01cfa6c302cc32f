import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const log = (...words: string[]) => world.mm("activity", "log", ...words);
const stored = () => world.rows("SELECT * FROM session_events ORDER BY id");
const SILENT = { code: 0, out: "", err: "" };

describe("written", () => {
  beforeEach(() => world.mm("session", "start"));

  test("text mode is silent", async () => {
    expect(await log("-c", "Edit src/a.ts", "--meta", '{"tool":"Edit"}')).toEqual(SILENT);
    expect(stored()).toEqual([
      {
        id: 1,
        session_id: ids(1),
        event_type: "tool_call",
        content: "Edit src/a.ts",
        chunk_ids: "[]",
        created_at: "2026-03-10T12:00:00+00:00",
        metadata: '{"tool":"Edit"}',
      },
    ]);
  });

  test("JSON acknowledges", async () => {
    expect((await log("-c", "x", "--type", "note", "--json")).out).toBe(
      `{"ok":true,"session_id":"${ids(1)}","event_type":"note"}\n`,
    );
  });

  test.each([
    "tool_call",
    "subagent_start",
    "subagent_stop",
    "decision",
    "error",
    "prompt",
    "note",
  ])("type %s", async (type) => {
    expect(await log("-c", "x", "--type", type)).toEqual(SILENT);
    expect(stored()).toMatchObject([{ event_type: type }]);
  });

  test("content may be empty or look like an option", async () => {
    await log("--content", "");
    await log("--content", "--json");
    await log("-c", "--help");
    expect(stored().map((event) => event["content"])).toEqual(["", "--json", "--help"]);
  });

  test("content from stdin: NUL bytes stay, invalid UTF-8 is fixed", async () => {
    world.stdin = new Uint8Array([0x61, 0x00, 0x62, 0xff, 0xed, 0xa0, 0x80, 0x0a]);
    await log("-c", "-");
    expect(stored()[0]?.["content"]).toBe("a\u0000b\ufffd\ufffd\ufffd\ufffd\n");
  });

  test("lone surrogates are fixed", async () => {
    await log("-c", "a\ud800b");
    expect(stored()[0]?.["content"]).toBe("a\ufffdb");
  });

  test("1 MiB is kept whole, more is cut with a mark", async () => {
    world.stdin = new TextEncoder().encode("x".repeat(1_048_576));
    await log("-c", "-");
    world.stdin = new TextEncoder().encode("y".repeat(3_000_000));
    await log("-c", "-");
    const [whole, cut] = stored().map((event) => event["content"] as string);
    expect(whole).toBe("x".repeat(1_048_576));
    expect(cut).toBe(`${"y".repeat(1_048_576)}… [cut: ${3_000_000 - 1_048_576} more bytes]`);
  });

  test("secrets are redacted first and cut after", async () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    await log(
      "-c",
      `push with ${token}`,
      "--meta",
      JSON.stringify({ deep: [{ env: `T ${token}` }], password: "hunter22" }),
    );
    world.stdin = new TextEncoder().encode(`${"x ".repeat(524_280)}${token} tail`);
    await log("-c", "-");
    const [first, second] = stored();
    expect(first).toMatchObject({
      content: "push with [redacted:github]",
      metadata: '{"deep":[{"env":"T [redacted:github]"}],"password":"[redacted:assignment]"}',
    });
    expect(second?.["content"]).not.toContain("a1B2");
  });

  test("a secret at the end of what is read from stdin is dropped", async () => {
    const token = `ghp_${"a1B2".repeat(9)}`;
    // Many secrets shrink so much that the text beyond the first MiB is kept too.
    const unit = `${token} ${"z".repeat(20)} `;
    world.stdin = new TextEncoder().encode(unit.repeat(Math.ceil(3_000_000 / unit.length)));
    await log("-c", "-");
    expect(stored()[0]?.["content"]).not.toContain("a1B2");
  });

  test("the key provenance is memtomem's own and never written", async () => {
    await log("-c", "x", "--meta", '{"provenance":"write-v1","__proto__":{"a":1},"k":1}');
    expect(stored()[0]?.["metadata"]).toBe('{"__proto__":{"a":1},"k":1}');
  });
});

describe("no session to write to", () => {
  test("text mode is silent, JSON says so, both exit 0; nothing is created", async () => {
    expect(await log("-c", "x")).toEqual(SILENT);
    expect(await log("-c", "x", "--json")).toEqual({
      code: 0,
      out: '{"ok":false,"reason":"no_active_session"}\n',
      err: "",
    });
    expect(world.files()).toEqual([]);
  });

  test("an ended one, by the state file: silent", async () => {
    await world.mm("session", "start");
    await world.mm("session", "end");
    writeFileSync(world.stateFile, ids(1));
    expect(await log("-c", "x")).toEqual(SILENT);
    expect(stored()).toEqual([]);
  });

  test("one that was named: stderr says which", async () => {
    await world.mm("session", "start");
    await world.mm("session", "end");
    expect(await log("-c", "x", "--session", ids(1), "--json")).toEqual({
      code: 0,
      out: '{"ok":false,"reason":"no_active_session"}\n',
      err: `mm: warning: nothing was logged: session already ended: ${ids(1)}\n`,
    });
    expect((await log("-c", "x", "--session", "nobody")).err).toBe(
      "mm: warning: nothing was logged: session not found: nobody\n",
    );
    world.env = { ...world.env, MM_SESSION_ID: "dead" };
    expect(await log("-c", "x")).toMatchObject({
      code: 0,
      err: "mm: warning: nothing was logged: session not found: dead\n",
    });
  });

  test("named, without a database", async () => {
    expect((await log("-c", "x", "--session", "nobody")).err).toContain(
      "session not found: nobody",
    );
    expect(world.files()).toEqual([]);
  });

  test("an ambiguous id lists the candidates", async () => {
    await world.mm("session", "start");
    await world.mm("session", "start");
    const { code, out, err } = await log("-c", "x", "--session", "000000", "--json");
    expect({ code, out }).toEqual({ code: 0, out: '{"ok":false,"reason":"no_active_session"}\n' });
    expect(err).toContain(`several session ids start with 000000: ${ids(2)}, ${ids(1)}`);
  });
});

describe("--session", () => {
  test("an id or its unique prefix, before $MM_SESSION_ID and the state file", async () => {
    await world.mm("session", "start");
    await world.mm("session", "start");
    world.env = { ...world.env, MM_SESSION_ID: ids(2) };
    await log("-c", "x", "--session", ids(1).slice(0, 8));
    await log("-c", "y");
    expect(stored().map((event) => event["session_id"])).toEqual([ids(1), ids(2)]);
  });
});

describe("wrong usage", () => {
  test.each([
    [[], "missing option: --content"],
    [["-c"], "option -c needs a value"],
    [
      ["-c", "x", "--type", "bogus"],
      "invalid value 'bogus' for --type; expected one of: tool_call, subagent_start, subagent_stop, decision, error, prompt, note",
    ],
    [["-c", "x", "extra"], "unexpected argument 'extra'"],
    [["-c", "x", "--meta", "[1]"], "--meta is not a JSON object"],
    [["-c", "x", "--meta", "null"], "--meta is not a JSON object"],
    [["-c", "x", "--meta", "{"], "--meta is not a JSON object"],
    [["-c", "x", "--meta", ""], "--meta is not a JSON object"],
    [["-c", "x", "--session", ""], "the session id is empty"],
  ] as const)("%p", async (words, message) => {
    const { code, out, err } = await log(...words);
    expect({ code, out, first: err.split("\n")[0] }).toEqual({
      code: 2,
      out: "",
      first: `mm: ${message}`,
    });
    expect(world.files()).toEqual([]);
  });

  test.each(["[1]", `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`])(
    "a bad --meta under --json is an acknowledgement: %.20s",
    async (meta) => {
      expect(await log("-c", "x", "--meta", meta, "--json")).toEqual({
        code: 1,
        out: '{"ok":false,"reason":"invalid_meta"}\n',
        err: "",
      });
    },
  );
});

describe("write failed", () => {
  beforeEach(() => {
    mkdirSync(world.database, { recursive: true });
    writeFileSync(`${world.database}/x`, "");
  });

  test("text mode exits 0 and says why on stderr", async () => {
    const { code, out, err } = await log("-c", "x");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain(
      `mm: warning: nothing was logged: the database ${world.database} is a directory`,
    );
  });

  test("JSON exits 1", async () => {
    const { code, out } = await log("-c", "x", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      ok: false,
      reason: "write_failed",
      message: `the database ${world.database} is a directory`,
    });
  });

  test("no home at all", async () => {
    world.env = {};
    expect(await log("-c", "x")).toMatchObject({ code: 0, out: "" });
    expect(JSON.parse((await log("-c", "x", "--json")).out)).toMatchObject({
      reason: "write_failed",
      message: "HOME is not set",
    });
  });
});
