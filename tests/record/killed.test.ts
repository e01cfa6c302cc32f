import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

const HOUR = 3600;
const AGENT = { pid: 4001, startedTicks: 17, namespace: 5 };
const OTHER = { pid: 4002, startedTicks: 18, namespace: 5 };

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.agent = AGENT;
});
afterEach(() => world[Symbol.dispose]());

/** Another agent's start, which doesn't die. */
async function other(id = "other"): Promise<void> {
  world.agent = OTHER;
  await world.start("startup", { session_id: id });
}

const process = (externalId = "c1") =>
  world.rows(
    "SELECT agent_pid AS pid, agent_ticks AS startedTicks, agent_pid_ns AS namespace FROM mm_sessions WHERE external_id = ?1",
    externalId,
  )[0];

describe("which process the agent is", () => {
  test("is told by a start", async () => {
    await world.start();
    expect(process()).toEqual(AGENT);
  });

  test("and by the prompt of another process, but by no tool call", async () => {
    await world.start();
    world.agent = OTHER;
    await world.tool("t1");
    expect(process()).toEqual(AGENT);
    await world.prompt("from another window");
    expect(process()).toEqual(OTHER);
  });

  test("a prompt that can't tell leaves it, a start that can't forgets it", async () => {
    await world.start();
    world.agent = null;
    await world.prompt("by way of a shell that has gone");
    expect(process()).toEqual(AGENT);
    await world.start("resume");
    expect(process()).toEqual({ pid: null, startedTicks: null, namespace: null });
  });

  test("isn't known of what opened the session again without telling", async () => {
    await world.start();
    await world.end();
    world.pass(10);
    await world.tool("t1");
    expect(world.session().ended_at).toBeNull();
    expect(process()).toMatchObject({ pid: null });
  });

  test("comes by way of the spool, where nothing later is known", async () => {
    await world.start();
    await world.whileBroken(() => world.prompt("spooled"));
    world.pass(1);
    world.agent = OTHER;
    await world.prompt("stored");
    expect(process()).toEqual(OTHER);
  });

  test.each(["cursor", "generic"])("is nobody's guess of %s", async (agent) => {
    await world.hook(agent, "SessionStart", { session_id: "x", conversation_id: "x", cwd: "/w" });
    expect(process("x")).toMatchObject({ pid: null });
  });
});

describe("a start ends the sessions of an agent that is gone", () => {
  test("at their last event, as killed", async () => {
    await world.start();
    await world.prompt("hi");
    world.pass(60);
    world.gone.add(AGENT.pid);
    await other();
    expect(world.session()).toMatchObject({
      ended_at: "2026-11-22T12:00:00+00:00",
      end_reason: "killed",
      ended_by: "killed",
      summary: "Session had 1 events: 1x prompt",
      metadata: '{"title":"hi","auto_ended":true,"reason":"killed"}',
    });
    expect(world.session("other").ended_at).toBeNull();
  });

  test("all of one process, and none of one that lives or isn't known", async () => {
    await world.start("startup", { session_id: "a" });
    await world.start("startup", { session_id: "b" });
    world.agent = null;
    await world.start("startup", { session_id: "unknown" });
    world.gone.add(AGENT.pid);
    await other();
    const open = world.sessions().filter(({ ended_at }) => ended_at === null);
    expect(open.map(({ external_id }) => external_id)).toEqual(["unknown", "other"]);
  });

  test("but not the one that it resumes", async () => {
    await world.start();
    world.pass(60);
    world.gone.add(AGENT.pid);
    world.agent = OTHER;
    await world.start("resume");
    expect(world.session().ended_at).toBeNull();
    expect(world.told()).toEqual(["session_resume: resume"]);
  });

  test("nor that at once, in the same words", async () => {
    await world.start();
    await world.start("resume");
    world.gone.add(AGENT.pid);
    world.agent = OTHER;
    await world.start("resume");
    expect(world.session().ended_at).toBeNull();
    expect(process()).toEqual(OTHER);
  });

  test.each([
    ["prompt", () => world.prompt("still here")],
    ["resume", () => world.start("resume")],
    ["tool call", () => world.tool("t1")],
  ])("a later %s opens it again", async (_, call) => {
    await world.start();
    world.gone.add(AGENT.pid);
    await other();
    world.pass(60);
    world.agent = OTHER;
    await call();
    expect(world.session().ended_at).toBeNull();
    await other("third");
    expect(world.session().ended_at).toBeNull();
  });

  test.each(["UserPromptSubmit", "PostToolUse", "Stop", "SessionEnd"])(
    "%s ends none",
    async (event) => {
      await world.start();
      world.gone.add(AGENT.pid);
      world.agent = OTHER;
      await world.claude(event, { session_id: "other", prompt: "hi", tool_name: "Bash" });
      expect(world.session().ended_at).toBeNull();
    },
  );
});

describe("one that is gone", () => {
  beforeEach(async () => {
    await world.start();
    await world.prompt("hi");
    await other();
    world.gone.add(AGENT.pid);
  });

  const states = async () => {
    const { sessions } = await world.json<{ sessions: Record<string, unknown>[] }>("ps");
    return sessions.map(({ state, others_in_tree }) => [state, others_in_tree]);
  };

  test("is called so by ps, and counts for nobody", async () => {
    expect(await states()).toEqual([
      ["waiting", 0],
      ["gone", 1],
    ]);
    const { out } = await world.mm("ps", "--format", "{state} {title}");
    expect(out).toBe("waiting \ngone hi\n");
  });

  test("stays so however long it is silent", async () => {
    world.pass(48 * HOUR);
    expect((await states()).map(([state]) => state)).toEqual(["stale", "gone"]);
  });

  test("and by list and show", async () => {
    const { sessions } = await world.json<{ sessions: object[] }>("session", "list", "--active");
    expect(sessions).toMatchObject([{ status: "active" }, { status: "gone", ended_at: null }]);
    expect((await world.mm("session", "list")).out).toMatch(/ {2}gone .* hi +0000/mu);
    const { id } = world.session();
    expect(await world.json("session", "show", id)).toMatchObject({
      status: "gone",
      state: "gone",
    });
    expect((await world.mm("session", "show", id)).out).toStartWith("hi  gone\n");
  });

  test("isn't told of", async () => {
    world.exec(`UPDATE mm_sessions SET root = '${world.folder}'`);
    const { context } = await world.json<{ context: string }>("context");
    expect(context.split("\n")).toHaveLength(2);
    expect(context).not.toContain('"hi"');
  });
});

describe("a Gemini that was started and killed", () => {
  const gemini = (event: string, fields: object = {}) =>
    world.hook("gemini", event, { session_id: "g1", cwd: "/w", hook_event_name: event, ...fields });
  const ids = () => world.sessions().map(({ external_id }) => external_id);

  test("leaves no session, where its hooks report prompts", async () => {
    world.settings({ prompts: ["gemini"] });
    await gemini("SessionStart", { source: "startup" });
    world.gone.add(AGENT.pid);
    await other();
    expect(ids()).toEqual(["other"]);
    await gemini("SessionEnd", { reason: "exit" });
    expect(ids()).toEqual(["other"]);
  });

  test.each([
    ["they don't", { prompts: ["claude"] }, async () => undefined],
    ["there was one", { prompts: ["gemini"] }, () => gemini("BeforeAgent", { prompt: "hi" })],
  ])("leaves an ended one where %s", async (_, settings, work) => {
    world.settings(settings);
    await gemini("SessionStart", { source: "startup" });
    await work();
    world.gone.add(AGENT.pid);
    await other();
    expect(ids()).toEqual(["g1", "other"]);
    expect(world.session("g1")).toMatchObject({ end_reason: "killed" });
  });
});
