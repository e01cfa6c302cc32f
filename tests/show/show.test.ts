import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { World } from "../support/world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

async function show(...words: string[]): Promise<string> {
  const { code, out, err } = await world.mm("session", "show", ...words);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

const edit = (id: string, file: string, fields = {}) =>
  world.tool(id, { tool_name: "Edit", tool_input: { file_path: file }, ...fields });

/** A session of an hour and a half, with a break of an hour. */
async function worked(): Promise<void> {
  await world.start("startup", {
    model: "opus",
    cwd: "/w/shop",
    transcript_path: "/h/.claude/c1.jsonl",
  });
  world.pass(2);
  await world.prompt("Fix the parser\nfor empty lists");
  world.pass(60);
  await edit("t1", "/w/shop/src/a.ts");
  await edit("t2", "/w/shop/src/a.ts");
  await world.tool("t3", { tool_name: "Read", tool_input: { file_path: "/etc/hosts" } });
  world.pass(3600);
  await world.claude("PostToolUseFailure", {
    tool_name: "Bash",
    tool_input: { command: "make test" },
    tool_use_id: "t4",
    error: "Exit code 3\nno rule",
  });
  await world.claude("Stop");
  world.pass(10);
  await world.end("prompt_input_exit");
}

test("piped it is plain", async () => {
  await worked();
  const { id } = world.session();
  const local =
    (await world.mm("session", "list")).out.match(/\d{4}-\d\d-\d\d \d\d:\d\d/u)?.[0] ?? "";
  const from = new Date(`${local.replace(" ", "T")}:00Z`);
  from.setUTCMinutes(from.getUTCMinutes() - 61);
  const [start, end] = [from.toISOString().slice(0, 16).replace("T", " "), local];
  const until = end.slice(0, 10) === start.slice(0, 10) ? end.slice(11) : end;
  expect(await show()).toBe(`Fix the parser  ended

Resume       cd /w/shop && claude --resume c1
Agent        Claude Code, opus
Project      shop
Folder       /w/shop
Time         ${start} to ${until} (1h 1m, 1m of it active)
Ended        by Claude Code (prompt_input_exit)
Did          1 prompt, 1 command (1 failed), 3 other calls, changed src/a.ts, last: "Fix the parser for empty lists"
Session      ${id}
Claude's id  c1
Transcript   /h/.claude/c1.jsonl

Files named by tool calls; what commands changed isn't known
  src/a.ts    2 changed
  /etc/hosts  1 read

Timeline 6 events, from the start
    0:02  prompt     Fix the parser for empty lists
    1:02  tool       Edit: src/a.ts
    1:02  tool       Edit: src/a.ts
    1:02  tool       Read: /etc/hosts
 1:01:02  error      Bash: make test — Exit code 3 no rule
 1:01:02  done
 1:01:12  (end)      prompt_input_exit
`);
});

test("--json", async () => {
  await worked();
  const { id } = world.session();
  const { events, ...head } = await world.json<{ events: unknown[] }>(
    "session",
    "show",
    id.slice(0, 8),
  );
  expect(head).toEqual({
    id,
    agent_id: "claude-code",
    status: "ended",
    state: "ended",
    title: "Fix the parser",
    summary: "Session had 6 events: 3x tool_call, 1x prompt, 1x error, 1x turn_end",
    namespace: "agent-runtime:claude-code",
    started_at: "2026-11-22T12:00:00+00:00",
    ended_at: "2026-11-22T13:01:12+00:00",
    last_event_at: "2026-11-22T13:01:02+00:00",
    end_reason: "prompt_input_exit",
    ended_by: "client",
    duration_seconds: 3672,
    active_seconds: 60,
    client: "claude",
    client_version: null,
    model: "opus",
    external_id: "c1",
    parent_id: null,
    forks: [],
    project: "shop",
    repository: null,
    root: "/w/shop",
    cwd: "/w/shop",
    remote: null,
    branch: null,
    transcript: "/h/.claude/c1.jsonl",
    resume_command: "cd /w/shop && claude --resume c1",
    usage: null,
    metadata: {
      title: "Fix the parser",
      event_count: 6,
      summary_provenance: "manual",
    },
    event_count: 6,
    event_counts: { tool_call: 3, prompt: 1, error: 1, turn_end: 1 },
    files: [
      { path: "/w/shop/src/a.ts", changed: 2, read: 0, other: 0, failed: 0 },
      { path: "/etc/hosts", changed: 0, read: 1, other: 0, failed: 0 },
    ],
  });
  expect(events).toHaveLength(6);
  expect(events[0]).toEqual({
    created_at: "2026-11-22T12:00:02+00:00",
    elapsed_ms: 2000,
    event_type: "prompt",
    content: "Fix the parser for empty lists",
    metadata: { event: "UserPromptSubmit" },
  });
});

test("active time is that of the statistics", async () => {
  await worked();
  const { active_seconds } = await world.json("session", "show");
  expect(active_seconds).toBe(60);
  expect((await world.json("stats"))["active_seconds"]).toBe(60);
});

describe("which session", () => {
  test("the current one while it is active, else the one that was last active", async () => {
    await world.mm("session", "start", "-t", "current");
    world.pass(5);
    await world.start();
    expect(await show()).toStartWith("current  ");
    expect(await show("last")).toStartWith("(no title)  ");
    await world.mm("session", "end");
    expect(await show()).toStartWith("(no title)  ");
  });

  test("$MM_SESSION_ID comes first, without falling through", async () => {
    await world.mm("session", "start", "-t", "inherited");
    await world.mm("session", "end");
    await world.start();
    world.env = { ...world.env, MM_SESSION_ID: World.id(1) };
    expect(await show()).toStartWith("inherited  ended");
    world.env = { ...world.env, MM_SESSION_ID: "gone" };
    expect((await world.mm("session", "show")).err).toStartWith("mm: session not found: gone\n");
  });

  test.each([
    [[], 1, "no_session"],
    [["last"], 1, "no_session"],
    [["nope"], 1, "session_not_found"],
    [[""], 2, "usage"],
    [["a", "b"], 2, "usage"],
  ])("%p in an empty home: exit %p, %p", async (words, code, error) => {
    const outcome = await world.mm("session", "show", ...words, "--json");
    expect(outcome).toMatchObject({ code, err: "" });
    expect(JSON.parse(outcome.out)).toMatchObject({ error: { code: error } });
    expect(world.files()).toEqual([]);
  });

  test("an ambiguous prefix lists the candidates", async () => {
    for (const end of ["a", "b"]) await world.mm("session", "start", "-t", end);
    const { code, err } = await world.mm("session", "show", "000000");
    expect({ code, err }).toEqual({
      code: 1,
      err: `mm: several session ids start with 000000: ${World.id(2)}, ${World.id(1)}\n  hint: type more characters of the id\n`,
    });
  });
});

describe("many events", () => {
  test("only the first and the last, unless --full", async () => {
    await world.mm("session", "start");
    world.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 203)
      INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      SELECT '${World.id(1)}', 'note', 'event ' || i, '2026-11-22T12:00:00+00:00', NULL FROM n`);
    const told = (text: string) => text.match(/(?<=note {7})event \d+/gu) ?? [];
    const out = await show();
    expect(told(out)).toHaveLength(200);
    expect(out).toContain("event 50\n          … 3 more events (--full shows them) …\n");
    expect(out).toEndWith("event 203\n");
    expect(told(await show("--full"))).toHaveLength(203);
    const { events } = await world.json<{ events: unknown[] }>("session", "show");
    expect(events).toHaveLength(203);
  });

  test("one line each, as wide as the terminal; --full shows all of it", async () => {
    await world.mm("session", "start");
    world.stdin = new TextEncoder().encode(`first 日本語 ${"語".repeat(400)}\n\tsecond\nlast`);
    await world.mm("activity", "log", "--type", "decision", "-c", "-");
    world.isTerminal = true;
    world.columns = 60;
    world.hasPager = false;
    const plain = Bun.stripANSI(await show());
    const line = plain.split("\n").find((each) => each.includes("first")) ?? "";
    expect(line).toEndWith("語…");
    expect(Bun.stringWidth(line)).toBeGreaterThan(57);
    expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
    expect(plain).not.toContain("second");
    const full = Bun.stripANSI(await show("--full"));
    expect(full).toContain(`first 日本語 ${"語".repeat(400)}\n${" ".repeat(25)}second\n`);
    expect(full).toEndWith(`\n${" ".repeat(21)}last\n`);
  });

  test("--full shows the input and output of tools if they were captured", async () => {
    world.settings({ capture: "full" });
    await world.start();
    await world.tool("t1", { tool_response: { stdout: "1 fail\n2 pass" } });
    expect(await show("--full")).toEndWith(`    0:00  tool       Bash: run t1
                     input:
                       {"command":"run t1"}
                     output:
                       {"stdout":"1 fail\\n2 pass"}
`);
  });
});

test("a session that was resumed and ended again says so", async () => {
  await world.start();
  await world.prompt("x");
  world.pass(60);
  await world.end("logout");
  world.pass(3600);
  await world.start("resume");
  world.pass(1);
  await world.end("other");
  expect(await show()).toEndWith(`    0:00  prompt     x
 1:01:00  resumed    resume, had ended: logout
 1:01:01  (end)      other
`);
});

describe("whatever is stored", () => {
  test("hostile text stays on its line and moves no cursor", async () => {
    await world.start("startup", { cwd: "/w/\u001b[2J", model: "m\nn" });
    await world.prompt("a\u001b]0;x\u0007 \u202eb\r\nc\u0085");
    world.exec("UPDATE session_events SET event_type = 'ty' || char(10) || 'pe' || char(27)");
    for (const words of [[], ["--full"]]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may appear
      expect(await show(...words)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e]/u);
    }
    const out = await show();
    expect(out).toContain("\nFolder       /w/\\x1b[2J\n");
    expect(out).toContain("ty\\npe\\x1b");
    expect(out).not.toContain("\nResume");
  });

  test("rows of another program, blobs, no metadata, no time, a clock that went back", async () => {
    await world.mm("session", "start");
    const id = World.id(1);
    world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at, metadata) VALUES
      ('${id}', 'note', x'c328', 'never', NULL), ('${id}', 'note', 'a' || char(0) || 'b', '2020-01-01T00:00:00', '[1]'),
      ('${id}', 'tool_call', '', '2026-11-22 12:00:09', '{"file":7,"tool":{}}'),
      ('${id}', 'tool_call', '', '2026-11-22T12:00:09Z', '{"file":"f","tool":null,"error":["x"]}'),
      ('${id}', 'error', 'x', '2026-11-22T12:00:09Z', '{"file":"f"')`);
    expect(await show()).toContain(`
       ?  note       ${"\ufffd"}(
-60420:00:00  note       a\\x00b
    0:09  tool
    0:09  tool
    0:09  error      x
`);
    expect(await show()).toContain("\n  f  1 other\n");
    world.exec(`UPDATE sessions SET started_at = 'x', metadata = '', summary = '';
      UPDATE mm_sessions SET last_event_ms = -1e300`);
    expect(await show()).toStartWith("(no title)  busy\n");
    expect((await world.json("session", "show"))["duration_seconds"]).toBeNull();
  });

  test("a database that only memtomem has written", async () => {
    world.useMemtomemHome();
    const ids = world.rows<{ id: string }>("SELECT id FROM sessions");
    for (const { id } of ids) {
      await show(id);
      await show(id, "--full");
      const shown = await world.json("session", "show", id);
      expect(shown).toMatchObject({ id, client: null, resume_command: null });
    }
    expect(world.rows("SELECT name FROM sqlite_schema WHERE name LIKE 'mm%'")).toEqual([]);
  });

  test("a megabyte of content", async () => {
    await world.mm("session", "start");
    world.stdin = new TextEncoder().encode("x".repeat(1_000_000));
    await world.mm("activity", "log", "-c", "-");
    const out = await show();
    expect(out.length).toBeLessThan(1000);
    expect(out).toEndWith("x…\n");
    expect((await show("--full")).length).toBeGreaterThan(1_000_000);
  });

  test("no events at all", async () => {
    await world.mm("session", "start");
    const out = await show();
    expect(out).not.toContain("\nDid ");
    expect(out).toEndWith("\nNo events for this session.\n");
    expect((await world.json("session", "show"))["events"]).toEqual([]);
    await world.mm("session", "end");
    expect(await show("last")).toEndWith("\nNo events for this session.\n");
  });
});

test("many files: those that were touched most", async () => {
  await world.start();
  for (let n = 0; n < 22; n++) await edit(`t${n}`, `/w/${n}.ts`);
  await edit("again", "/w/21.ts");
  const out = await show();
  expect(out).toContain("isn't known\n  21.ts  2 changed\n  0.ts   1 changed\n");
  expect(out).toContain("\n  … 2 more (--full shows them)\n");
  expect((await show("--full")).match(/changed\n/gu)).toHaveLength(22);
});

test("in a terminal it has colours, unless they aren't wanted", async () => {
  await worked();
  const plain = await show();
  world.isTerminal = true;
  world.columns = 200;
  world.height = 100;
  const coloured = await show();
  expect(coloured).toContain("\x1b[31merror\x1b[39m");
  expect(Bun.stripANSI(coloured)).toBe(plain);
  world.env = { ...world.env, NO_COLOR: "1" };
  expect(await show()).toBe(plain);
});
