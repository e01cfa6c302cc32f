import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { World } from "../support/world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const HOUR = 3600;

/** Sessions of one tree: a stale, an asking, an idle, a waiting and a busy one, in this order of their starts. */
async function fiveStates(): Promise<void> {
  const start = (id: string) => world.start("startup", { session_id: id, cwd: "/w/shop" });
  world.settings({ stale: "2d" });
  await start("stale");
  world.pass(49 * HOUR);
  world.settings({ stale: "3d" });
  await start("asks");
  await world.prompt("drop it", { session_id: "asks" });
  const ask = { message: "May it?", notification_type: "permission_prompt" };
  await world.claude("Notification", { session_id: "asks", ...ask });
  await start("idle");
  await world.prompt("slow", { session_id: "idle" });
  world.pass(11 * 60);
  await start("waiting");
  await world.prompt("ask", { session_id: "waiting" });
  await world.claude("Stop", { session_id: "waiting" });
  await start("busy");
  await world.prompt("Fix\nthe parser", { session_id: "busy" });
  world.pass(5);
  world.settings({ stale: "2d" });
}

function lines(...words: string[]): Promise<string[]> {
  return world.mm("ps", ...words).then(({ code, out, err }) => {
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return out.split("\n").slice(0, -1);
  });
}

test("the states, those that ask first", async () => {
  await fiveStates();
  expect(await lines("--format", "{state} {age} {event} {others} {project} {title}")).toEqual([
    "asks 11m notification 2 shop drop it",
    "busy 5s prompt 2 shop Fix the parser",
    "waiting 5s turn_end 2 shop ask",
    "idle 11m prompt 3 shop slow",
    "stale 2d  3 shop ",
  ]);
});

test("ended sessions aren't live; no session at all is no failure", async () => {
  expect(await world.mm("ps")).toEqual({ code: 0, out: "No live sessions.\n", err: "" });
  expect(await lines("--format", "{agent}")).toEqual([]);
  expect(world.files()).toEqual([]);
  await world.start();
  await world.prompt("x");
  await world.end();
  const out = "No live sessions.\n1 session in all: mm list\n";
  expect(await world.mm("ps")).toEqual({ code: 0, out, err: "" });
  expect(await lines("--format", "{agent}")).toEqual([]);
  expect(await world.json("ps")).toEqual({ sessions: [], count: 0 });
});

test("--json", async () => {
  await world.start("startup", { model: "opus", cwd: "/w/shop" });
  await world.prompt("Fix it");
  world.pass(3.5);
  const id = world.session().id;
  expect(await world.json("ps")).toEqual({
    sessions: [
      {
        id,
        agent_id: "claude-code",
        state: "busy",
        last_event: "prompt",
        last_event_content: "Fix it",
        last_event_at: "2026-11-22T12:00:00+00:00",
        age_seconds: 3,
        started_at: "2026-11-22T12:00:00+00:00",
        project: "shop",
        branch: null,
        cwd: "/w/shop",
        client: "claude",
        model: "opus",
        title: "Fix it",
        others_in_tree: 0,
      },
    ],
    count: 1,
  });
});

describe("sessions without our own fields", () => {
  test("go by their last event, else by their start", async () => {
    await world.mm("session", "start", "-a", "nightly");
    world.pass(11 * 60);
    expect(await lines("--format", "{agent} {state} {age}")).toEqual(["nightly waiting 11m"]);
    await world.mm("activity", "log", "-c", "x");
    world.pass(60);
    expect(await lines("--format", "{agent} {state} {age}")).toEqual(["nightly busy 1m"]);
  });

  test("nor our tables", async () => {
    world.useMemtomemHome();
    const active = world.rows("SELECT id FROM sessions WHERE ended_at IS NULL");
    expect(active.length).toBeGreaterThan(0);
    expect(await lines("--format", "{state}")).toEqual(active.map(() => "waiting"));
    expect((await world.mm("ps")).code).toBe(0);
  });

  test("whose times are none, or lie ahead", async () => {
    await world.mm("session", "start");
    await world.mm("activity", "log", "-c", "x");
    world.exec(
      "UPDATE sessions SET started_at = 'soon'; UPDATE session_events SET created_at = ''",
    );
    expect(await lines("--format", "{state}")).toEqual(["stale"]);
    expect(await world.json("ps")).toMatchObject({
      sessions: [{ last_event_at: null, age_seconds: null }],
    });
    world.exec("UPDATE session_events SET created_at = '2030-01-01T00:00:00'");
    expect(await lines("--format", "{state} {age}")).toEqual(["stale "]);
    expect(await world.json("ps")).toMatchObject({
      sessions: [{ last_event_at: "2030-01-01T00:00:00+00:00", age_seconds: null }],
    });
    world.exec("UPDATE mm_sessions SET last_event_ms = 1e300");
    expect(await lines("--format", "{state} {age}")).toEqual(["stale "]);
    const ahead = world.clock.getTime() + 5 * 60_000;
    world.exec(`DELETE FROM session_events; UPDATE mm_sessions SET last_event_ms = ${ahead}`);
    expect(await lines("--format", "{state} {age}")).toEqual(["waiting 0s"]);
    world.exec(`UPDATE mm_sessions SET last_event_ms = ${ahead + 1}`);
    expect(await lines("--format", "{state} {age}")).toEqual(["stale "]);
    expect((await world.mm("session", "show", "last")).out).toStartWith("(no title)  stale\n");
  });
});

test("hostile text stays on its line and moves no cursor", async () => {
  await world.start();
  await world.prompt("x");
  world.exec(`UPDATE mm_sessions SET branch = 'a' || char(10) || 'b' || char(27) || '[2J';
    UPDATE sessions SET metadata = '{"title":"t\\u202eevil\\n2"}'`);
  expect(await lines("--format", "{branch}|{title}")).toEqual(["a\\nb\\x1b[2J|t\\u202eevil\\n2"]);
  expect((await world.mm("ps")).out).toContain("a\\nb\\x1b[2J");
  world.exec("UPDATE sessions SET metadata = '[1]', agent_id = x'c328'");
  expect((await world.mm("ps")).code).toBe(0);
});

test("an id is as short as it can be", async () => {
  await world.mm("session", "start");
  expect(await lines("--format", "{id} {full_id}")).toEqual([`00000001 ${World.id(1)}`]);
  world.exec(`INSERT INTO sessions (id, agent_id, started_at, ended_at)
    VALUES ('00000001-other', 'x', '2020', '2020')`);
  expect(await lines("--format", "{id}")).toEqual([World.id(1)]);
});

describe("for people", () => {
  test("a table as wide as the terminal", async () => {
    await fiveStates();
    world.isTerminal = true;
    world.columns = 90;
    const plain = Bun.stripANSI((await world.mm("ps")).out);
    expect(Math.max(...plain.split("\n").map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(
      90,
    );
    expect(plain).toMatch(/^Age {2}State {4}Agent {3}Project {2}Others {2}Title {11}ID\n/u);
    expect(plain).toMatch(
      /\n {1,2}5s {2}busy {5}claude {2}shop {10}2 {2}Fix the parser {2}0000\d{4}\n/u,
    );
    const { out } = await world.mm("ps");
    expect(out).toContain("\x1b[32mbusy\x1b[39m");
    expect(plain).toMatch(/\n4 live, 1 asks for you, 1 stale · mm resume 0000\d{4}\n$/u);
    expect(out).toContain("\x1b[1m\x1b[31masks\x1b[39m\x1b[22m");
    world.env = { ...world.env, NO_COLOR: "1" };
    expect((await world.mm("ps")).out).toBe(plain);
  });

  test("of many stale ones only the first", async () => {
    for (let n = 0; n < 13; n++) await world.mm("session", "start", "--external-id", `${n}`);
    world.pass(25 * HOUR);
    await world.start();
    const { out } = await world.mm("ps");
    expect(out.match(/ {2}stale {2}/gu)).toHaveLength(10);
    expect(out).toEndWith("\n1 live, 13 stale, 3 more stale not shown\n");
    expect(await lines("--format", "{state}")).toHaveLength(14);
  });
});

test("JSON: what the last event says, cut", async () => {
  await world.start("startup");
  const row = async () =>
    (await world.json<{ sessions: Record<string, unknown>[] }>("ps")).sessions[0];
  expect(await row()).toMatchObject({ last_event: null, last_event_content: null });
  await world.prompt("drop it");
  const ask = { message: "May it?", notification_type: "permission_prompt" };
  await world.claude("Notification", ask);
  expect(await row()).toMatchObject({ state: "asks", last_event_content: "May it?" });
  await world.prompt("x".repeat(400));
  expect(await row()).toMatchObject({ last_event_content: "x".repeat(300) });
});
