import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const end = (...words: string[]) => world.mm("session", "end", ...words);
const row = (n: number) =>
  world.rows("SELECT ended_at, summary, metadata FROM sessions WHERE id = ?1", ids(n))[0];
const NO_SESSION = "No active session. Run `mm session start` first.";

describe("the current session", () => {
  test("with a summary", async () => {
    await world.mm("session", "start", "-t", "kept");
    await world.mm("activity", "log", "-c", "one");
    world.pass(5);
    expect(await end("-s", "all done")).toEqual({
      code: 0,
      out: `Session ended: ${ids(1)}\n  Summary: all done\n`,
      err: "",
    });
    expect(row(1)).toEqual({
      ended_at: "2026-03-10T12:00:05+00:00",
      summary: "all done",
      metadata: '{"title":"kept","event_count":1,"summary_provenance":"manual"}',
    });
    expect(world.state()).toBeNull();
    expect(world.files()).toEqual(["memtomem.db"]);
  });

  test("without one: no summary, no provenance", async () => {
    await world.mm("session", "start");
    expect((await end("--json")).out).toBe(
      `{"ok":true,"session_id":"${ids(1)}","summary":null,"event_count":0}\n`,
    );
    expect(row(1)).toMatchObject({ summary: null, metadata: '{"event_count":0}' });
  });

  test("an empty summary is none", async () => {
    await world.mm("session", "start");
    expect((await end("-s", "")).out).toBe(`Session ended: ${ids(1)}\n`);
    expect(row(1)).toMatchObject({ summary: null, metadata: '{"event_count":0}' });
  });

  test("--auto counts the events by type, ties in first-seen order", async () => {
    await world.mm("session", "start");
    for (const type of ["note", "tool_call", "decision", "tool_call"]) {
      await world.mm("activity", "log", "-c", "x", "--type", type);
    }
    expect((await end("--auto")).out).toContain(
      "  Summary: Session had 4 events: 2x tool_call, 1x note, 1x decision\n",
    );
    expect(row(1)?.["metadata"]).toBe('{"event_count":4,"summary_provenance":"manual"}');
  });

  test("--auto uses a given summary, and works without events", async () => {
    await world.mm("session", "start");
    expect((await end("--auto", "-s", "mine")).out).toContain("Summary: mine");
    await world.mm("session", "start");
    expect((await end("--auto", "-s", "")).out).toContain("Summary: Session ended (no events)");
  });

  test("the summary is redacted and made safe to print", async () => {
    await world.mm("session", "start");
    const { out } = await end("-s", `\x1b[31m ghp_${"a1B2".repeat(9)}`);
    expect(out).toContain("  Summary: \\x1b[31m [redacted:github]\n");
    expect(row(1)?.["summary"]).toBe("\x1b[31m [redacted:github]");
  });
});

describe("metadata is merged, never replaced", () => {
  test.each([
    [
      '{"a":12345678901234567890,"summary_provenance":"exact","é":"\\u00e9"}',
      '{"a":12345678901234567890,"é":"\\u00e9","event_count":0}',
    ],
    ["[1,2]", '{"_unreadable":"[1,2]","event_count":0}'],
    ['{"n": NaN}', '{"_unreadable":"{\\"n\\": NaN}","event_count":0}'],
    ["not json", '{"_unreadable":"not json","event_count":0}'],
    ["", '{"event_count":0}'],
    ["7", '{"_unreadable":"7","event_count":0}'],
  ])("%p", async (stored, merged) => {
    await world.mm("session", "start");
    world.exec(`UPDATE sessions SET metadata = '${stored}'`);
    await end();
    expect(row(1)?.["metadata"]).toBe(merged);
  });
});

describe("nothing to end", () => {
  test("no session, no database: nothing is created", async () => {
    expect(await end()).toEqual({ code: 1, out: "", err: `mm: ${NO_SESSION}\n` });
    expect(await end("--json")).toEqual({
      code: 1,
      out: `{"ok":false,"reason":"${NO_SESSION}"}\n`,
      err: "",
    });
    expect((await end("abcdef")).err).toContain("mm: session not found: abcdef\n");
    expect(world.files()).toEqual([]);
  });

  test("an ended session is never changed, and a state file that still names it is removed", async () => {
    await world.mm("session", "start");
    await end("-s", "first");
    const before = row(1);
    writeFileSync(world.stateFile, `${ids(1)}\n`);
    expect(await end("-s", "second")).toMatchObject({ code: 1, err: `mm: ${NO_SESSION}\n` });
    expect(world.state()).toBeNull();
    writeFileSync(world.stateFile, `${ids(1)}\n`);
    expect(await end(ids(1), "--json")).toMatchObject({
      code: 1,
      out: `{"ok":false,"reason":"session already ended: ${ids(1)}"}\n`,
    });
    expect(world.state()).toBeNull();
    expect(row(1)).toEqual(before as never);
  });

  test("a state file that names an unknown session is removed", async () => {
    await world.mm("session", "start");
    writeFileSync(world.stateFile, "nobody\n");
    expect((await end()).code).toBe(1);
    expect(world.state()).toBeNull();
    expect(row(1)?.["ended_at"]).toBeNull();
  });

  test("an empty id, as from an unset variable", async () => {
    await world.mm("session", "start");
    expect(await end("")).toMatchObject({ code: 2, err: "mm: the session id is empty\n" });
    expect(row(1)?.["ended_at"]).toBeNull();
  });

  test("wrong usage takes the general document", async () => {
    const { code, out } = await end("--bogus", "--json");
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      error: {
        code: "usage",
        message: "unknown option '--bogus'",
        hint: "`mm session end --help` shows the usage",
      },
    });
  });
});

describe("which session", () => {
  test("an id or its unique prefix; another session's state file stays", async () => {
    await world.mm("session", "start");
    await world.mm("session", "start");
    expect((await end(ids(1).slice(0, 8))).out).toContain(ids(1));
    expect(world.state()).toBe(`${ids(2)}\n`);
    expect((await end("00000")).err).toContain("session not found: 00000");
  });

  test("an ambiguous prefix lists the candidates", async () => {
    await world.mm("session", "start");
    await world.mm("session", "start");
    const { code, err } = await end("000000");
    expect(code).toBe(1);
    expect(err).toBe(
      `mm: several session ids start with 000000: ${ids(2)}, ${ids(1)}\n  hint: type more characters of the id\n`,
    );
  });

  test("$MM_SESSION_ID comes before the state file, and an ended one is the answer", async () => {
    await world.mm("session", "start");
    await world.mm("session", "start");
    world.env = { ...world.env, MM_SESSION_ID: ids(1) };
    expect((await end()).out).toContain(ids(1));
    expect(await end()).toMatchObject({ code: 1, err: `mm: session already ended: ${ids(1)}\n` });
    expect(row(2)?.["ended_at"]).toBeNull();
  });

  test("the agent's own id in the environment, where it is known", async () => {
    await world.mm("session", "start", "-a", "claude-code");
    await world.mm("session", "start", "-a", "other");
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "their-id" };
    world.exec(`UPDATE mm_sessions SET external_id = 'their-id' WHERE session_id = '${ids(1)}'`);
    expect((await end()).out).toContain(ids(1));
    world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "unknown" };
    expect((await end()).out).toContain(ids(2));
  });

  test("ids are opaque: slashes, spaces and SQL wildcards are data", async () => {
    await world.mm("session", "start");
    world.exec(
      "INSERT INTO sessions (id, started_at) VALUES ('external:a/b c%_x', '2026-01-01T00:00:00+00:00')",
    );
    expect((await end("external:a/b c%")).out).toContain("external:a/b c%_x");
    expect((await end("external:a/b%c")).code).toBe(1);
  });
});
