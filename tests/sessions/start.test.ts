import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { statSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const start = (...words: string[]) => world.mm("session", "start", ...words);
const startJson = (...words: string[]) => world.json("session", "start", ...words);
const sessions = () =>
  world.rows(
    "SELECT id, agent_id, ended_at, summary, metadata, namespace FROM sessions ORDER BY rowid",
  );

describe("a new session", () => {
  test("in text", async () => {
    const { code, out, err } = await start("-a", "planner", "-t", "Plan é");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      `Session started: ${ids(1)}\n  Title: Plan é\n  Agent: planner\n  Namespace: agent-runtime:planner\n`,
    );
    expect(world.state()).toBe(`${ids(1)}\n`);
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
    expect(world.rows("SELECT * FROM sessions")).toEqual([
      {
        id: ids(1),
        agent_id: "planner",
        started_at: "2026-03-10T12:00:00+00:00",
        ended_at: null,
        summary: null,
        metadata: '{"title":"Plan é"}',
        namespace: "agent-runtime:planner",
      },
    ]);
  });

  test("in JSON: exactly three keys on one line", async () => {
    const { out } = await start("--json");
    expect(out).toBe(`{"session_id":"${ids(1)}","resumed":false,"stale_ended":[]}\n`);
    expect(sessions()).toMatchObject([
      { agent_id: "default", namespace: "default", metadata: "{}" },
    ]);
  });

  test("an explicit namespace wins, an empty title is none", async () => {
    await start("-a", "x", "-n", "custom:scope", "-t", "");
    expect(sessions()).toMatchObject([{ namespace: "custom:scope", metadata: "{}" }]);
  });

  test("the title is redacted", async () => {
    await start("-t", `deploy with ghp_${"a1B2".repeat(9)}`);
    expect(sessions()[0]?.["metadata"]).toBe('{"title":"deploy with [redacted:github]"}');
  });

  test("the home is private", async () => {
    await start();
    expect(statSync(world.home).mode & 0o777).toBe(0o700);
    expect(statSync(world.stateFile).mode & 0o777).toBe(0o600);
    expect(statSync(world.database).mode & 0o777).toBe(0o600);
  });
});

describe("--idempotent", () => {
  test("resumes the same agent's session and writes nothing", async () => {
    await start("-a", "x", "-t", "first", "-n", "custom");
    const before = [sessions(), statSync(world.stateFile).mtimeMs];
    const { out, err } = await start("-a", "x", "--idempotent");
    expect(out).toBe(
      `Session resumed: ${ids(1)}\n  Title: first\n  Agent: x\n  Namespace: custom\n`,
    );
    expect(err).toBe("");
    expect([sessions(), statSync(world.stateFile).mtimeMs]).toEqual(before);
  });

  test("says that title and namespace are ignored on a resume", async () => {
    await start("-a", "x");
    const { err, out } = await start("-a", "x", "--idempotent", "-t", "new", "-n", "zz");
    expect(err).toBe("mm: warning: --title and --namespace ignored: the session already exists\n");
    expect(out).toContain("Namespace: agent-runtime:x");
  });

  test("ends another agent's session", async () => {
    await start("-a", "x", "-t", "kept");
    world.pass(60);
    const answer = await startJson("-a", "y", "--idempotent");
    expect(answer).toEqual({ session_id: ids(2), resumed: false, stale_ended: [ids(1)] });
    expect(sessions()).toMatchObject([
      {
        ended_at: "2026-03-10T12:01:00+00:00",
        summary: "auto-ended on cross-agent resume to y",
        metadata: '{"title":"kept","auto_ended":true,"reason":"cross_agent"}',
      },
      { agent_id: "y", ended_at: null },
    ]);
    expect(world.state()).toBe(`${ids(2)}\n`);
  });

  test("an ended session is only advisory", async () => {
    await start("-a", "x");
    await world.mm("session", "end", ids(1));
    writeFileSync(world.stateFile, `${ids(1)}\n`);
    expect(await startJson("-a", "x", "--idempotent")).toEqual({
      session_id: ids(2),
      resumed: false,
      stale_ended: [],
    });
  });

  test("a state file that names an unknown id, or none, is no session; no other row is looked for", async () => {
    await start("-a", "x");
    writeFileSync(world.stateFile, "somebody-typed-this\n");
    expect(await startJson("-a", "x", "--idempotent")).toMatchObject({
      session_id: ids(2),
      resumed: false,
    });
    writeFileSync(world.stateFile, ` \r\n${ids(1)}\r\n  `);
    expect(await startJson("-a", "x", "--idempotent")).toMatchObject({
      session_id: ids(1),
      resumed: true,
    });
  });

  test("agent ids are compared literally", async () => {
    await start();
    expect(await startJson("-a", "Default", "--idempotent")).toMatchObject({
      stale_ended: [ids(1)],
    });
  });
});

describe("--auto-end-stale", () => {
  test("ends every agent's sessions that started strictly earlier, oldest first", async () => {
    await start("-a", "x");
    world.pass(10);
    await start("-a", "y", "-n", "elsewhere");
    world.pass(10);
    await start("-a", "z");
    world.pass(3600 - 10);
    const { out } = await start("-a", "w", "--auto-end-stale=1H");
    expect(out).toBe(
      `Session started: ${ids(4)}\n  Agent: w\n  Namespace: agent-runtime:w\n  Auto-ended 1 session(s) (1 stale)\n`,
    );
    world.pass(20);
    expect(await startJson("--auto-end-stale", " 1h ")).toMatchObject({
      stale_ended: [ids(2), ids(3)],
    });
    expect(sessions().slice(0, 3)).toMatchObject([
      {
        summary: "auto-ended after 1H inactivity",
        metadata: '{"auto_ended":true,"reason":"stale"}',
      },
      { summary: "auto-ended after  1h  inactivity" },
      { summary: "auto-ended after  1h  inactivity" },
    ]);
  });

  test("comes before idempotency: the agent's own stale session is not resumed", async () => {
    await start("-a", "x");
    world.pass(90_000);
    expect(await startJson("-a", "x", "--idempotent", "--auto-end-stale=24h")).toEqual({
      session_id: ids(2),
      resumed: false,
      stale_ended: [ids(1)],
    });
  });

  test("a resume also ends stale ones", async () => {
    await start("-a", "x");
    world.pass(90_000);
    await start("-a", "y");
    const answer = await startJson("-a", "y", "--idempotent", "--auto-end-stale=24h");
    expect(answer).toEqual({ session_id: ids(2), resumed: true, stale_ended: [ids(1)] });
  });

  test("stale first, then the other agent's", async () => {
    await start("-a", "x");
    world.pass(90_000);
    await start("-a", "y");
    const { out } = await start("-a", "z", "--idempotent", "--auto-end-stale=24h");
    expect(out).toContain("  Auto-ended 2 session(s) (1 stale, 1 cross-agent)\n");
  });

  test("0s ends everything before the current second", async () => {
    await start("-a", "x");
    expect(await startJson("--auto-end-stale=0s")).toMatchObject({ stale_ended: [] });
    world.pass(1);
    expect(await startJson("--auto-end-stale=0s")).toMatchObject({ stale_ended: [ids(1), ids(2)] });
  });

  test("there is no cap", async () => {
    await start();
    world.exec(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO sessions (id, started_at) SELECT 'old-' || i, '2020-01-01T00:00:00+00:00' FROM n",
    );
    const { stale_ended } = await world.json<{ stale_ended: string[] }>(
      "session",
      "start",
      "--auto-end-stale=1d",
    );
    expect(stale_ended).toHaveLength(1000);
    expect(stale_ended[0]).toBe("old-1");
    expect(stale_ended[999]).toBe("old-1000");
  });

  test("a bad duration is wrong usage and touches nothing", async () => {
    for (const bad of ["", "forever", "999999999999d"]) {
      const { code, err, out } = await start(`--auto-end-stale=${bad}`);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(err).toBe(`mm: invalid duration '${bad}'; expected like '30m', '24h', '7d'\n`);
    }
    expect(world.files()).toEqual([]);
  });
});

describe("$MM_SESSION_ID", () => {
  test("an idempotent start returns that session and ends nothing", async () => {
    await start("-a", "x");
    world.pass(90_000);
    await start("-a", "y");
    world.env = { ...world.env, MM_SESSION_ID: ids(1) };
    const answer = await startJson("-a", "z", "--idempotent", "--auto-end-stale=24h");
    expect(answer).toEqual({ session_id: ids(1), resumed: true, stale_ended: [] });
    expect(world.state()).toBe(`${ids(2)}\n`);
  });

  test("an ended, unknown or blank one is ignored", async () => {
    await start("-a", "x");
    for (const id of ["nobody", " ", ""]) {
      world.env = { ...world.env, MM_SESSION_ID: id };
      expect(await startJson("-a", "x", "--idempotent")).toMatchObject({ session_id: ids(1) });
    }
  });
});

describe("a plain start", () => {
  test("leaves the live session active and says how to end it", async () => {
    await start("-a", "x");
    const { err, code } = await start("-a", "x");
    expect(code).toBe(0);
    expect(err).toBe(
      `mm: warning: session ${ids(1)} stays active; to end it: mm session end ${ids(1)}\n`,
    );
    expect(sessions()).toMatchObject([{ ended_at: null }, { ended_at: null }]);
    expect(world.state()).toBe(`${ids(2)}\n`);
  });

  test("does the same for $MM_SESSION_ID", async () => {
    await start("-a", "x");
    await world.mm("session", "end");
    await start("-a", "x");
    await start("-a", "y");
    world.env = { ...world.env, MM_SESSION_ID: ids(2) };
    const { err } = await start("-a", "z");
    expect(err).toContain(`session ${ids(3)} stays active`);
    expect(err).toContain(`session ${ids(2)} stays active`);
  });
});

describe("validation", () => {
  test("agent id and namespace: exit 1, upstream's words, nothing touched", async () => {
    expect(await start("-a", "a b")).toMatchObject({
      code: 1,
      err: "mm: invalid agent-id 'a b': must match [A-Za-z0-9._-]+ (no slash / backslash / whitespace / control chars)\n",
    });
    expect(await start("-n", "")).toMatchObject({
      code: 1,
      err: "mm: invalid namespace '': empty\n",
    });
    expect((await start("-a", "", "--json")).out).toBe(
      '{"error":{"code":"invalid_agent_id","message":"invalid agent-id \'\': empty"}}\n',
    );
    expect(world.files()).toEqual([]);
  });
});
