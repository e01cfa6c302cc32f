import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const FIRST_END = "2026-11-22T12:00:10+00:00";

/** A session with one prompt that a person ended 10 s after its start, and a minute has passed. */
async function endedByPerson(...words: string[]): Promise<void> {
  await world.start();
  await world.prompt("hi");
  world.pass(10);
  expect((await world.mm("session", "end", world.session().id, ...words)).code).toBe(0);
  world.pass(60);
}

const resumed = () => world.events().filter(({ type }) => type === "session_resume");
const isActive = () => world.session().ended_at === null;

describe("a session that a person ended is reopened", () => {
  test("by a resume and by a prompt", async () => {
    for (const open of [() => world.start("resume"), () => world.prompt("again")]) {
      world[Symbol.dispose]();
      world = new HookWorld();
      await endedByPerson("-s", "mine");
      await open();
      expect(isActive()).toBe(true);
      expect(resumed()[0]?.metadata).toMatchObject({
        ended_at: FIRST_END,
        end_reason: null,
        summary: "mine",
      });
    }
  });

  test.each(["startup", "clear", "compact", "fork"])("not by %s", async (source) => {
    await endedByPerson("-s", "mine");
    await world.start(source);
    expect(world.session()).toMatchObject({ ended_at: FIRST_END, summary: "mine" });
    expect(resumed()).toEqual([]);
  });

  test("not by a tool call, which is stored", async () => {
    await endedByPerson();
    await world.tool("t1");
    expect(world.session().ended_at).toBe(FIRST_END);
    expect(world.told()).toEqual(["prompt: hi", "tool_call: Bash: run t1"]);
  });

  test("and its client's end doesn't change how it ended", async () => {
    await endedByPerson("-s", "mine");
    await world.end("exit");
    expect(world.session()).toMatchObject({
      ended_at: FIRST_END,
      summary: "mine",
      end_reason: null,
    });
  });

  test("and that person's summary stays through every later end", async () => {
    await endedByPerson("-s", "mine");
    for (let n = 0; n < 2; n++) {
      await world.prompt(`again ${n}`);
      expect(world.session().summary).toBe("mine");
      await world.end();
      expect(world.session()).toMatchObject({ ended_by: "client", summary: "mine" });
      world.pass(60);
    }
  });

  test("also when somebody's --auto-end-stale ends it in between", async () => {
    await endedByPerson("-s", "mine");
    await world.prompt("again");
    world.pass(7200);
    await world.mm("session", "start", "--auto-end-stale=1h");
    expect(world.session().ended_at).not.toBeNull();
    await world.prompt("and again");
    await world.end();
    expect(world.session().summary).toBe("mine");
  });

  test("a newer summary of a person replaces it", async () => {
    await endedByPerson("-s", "mine");
    await world.prompt("again");
    await world.mm("session", "end", world.session().id, "-s", "newer");
    await world.prompt("and again");
    await world.end();
    expect(world.session().summary).toBe("newer");
  });

  test.each([[[]], [["--auto"]]])(
    "without a summary of their own (%p) it gets one",
    async (words) => {
      await endedByPerson(...words);
      await world.prompt("again");
      await world.end();
      expect(world.session().summary).toBe("Session had 3 events: 2x prompt, 1x session_resume");
    },
  );

  test("a prompt of the same second that was sent before is too old", async () => {
    world.clock = new Date("2026-11-22T12:00:00.100Z");
    await world.start();
    world.clock = new Date("2026-11-22T12:00:09.900Z");
    await world.mm("session", "end", world.session().id);
    const prompt = { session_id: "c1", prompt: "late", timestamp: "2026-11-22T12:00:09.500Z" };
    world.pass(1);
    // Claude itself gives no time; the same shape from another program does.
    await world.hook("claude", "UserPromptSubmit", { ...prompt, transcript_path: "/x/.claude/t" });
    expect(world.told()).toEqual(["prompt: late"]);
    expect(world.session().ended_at).toBe("2026-11-22T12:00:09+00:00");
  });
});

describe("a session that somebody's --auto-end-stale ended", () => {
  test.each(["startup", "resume", "clear", "compact"])("is reopened by %s", async (source) => {
    await world.start();
    world.pass(7200);
    await world.mm("session", "start", "--auto-end-stale=1h");
    expect(JSON.parse(world.session().metadata)).toEqual({ auto_ended: true, reason: "stale" });
    world.pass(1);
    await world.start(source);
    expect(world.session()).toMatchObject({ ended_at: null, summary: null, metadata: "{}" });
    expect(resumed()[0]?.metadata).toMatchObject({
      ended_at: "2026-11-22T14:00:00+00:00",
      summary: "auto-ended after 1h inactivity",
    });
  });

  test("is no person's ending the next time either", async () => {
    await world.start();
    world.pass(7200);
    await world.mm("session", "start", "--auto-end-stale=1h");
    await world.start("resume");
    world.pass(1);
    await world.mm("session", "end", world.session().id);
    world.pass(1);
    await world.start("startup");
    expect(isActive()).toBe(false);
  });
});
