import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const about = (id: string) => ({ session_id: id, cwd: "/w/shop" });
const prompt = (id: string, text = "fix the parser") => world.prompt(text, about(id));
const stop = (id: string) => world.claude("Stop", about(id));
const asks = (id: string) =>
  world.claude("Notification", { ...about(id), notification_type: "permission_prompt" });

test("a person at a terminal is told that it waits", async () => {
  world.isTerminal = true;
  await prompt("c1");
  meanwhile(() => stop("c1"));
  const { out, err } = await world.mm("wait");
  expect(err).toBe("Waiting until a session asks or is waiting. Ctrl-C stops.\n");
  expect(out).toBe("Claude Code is waiting: fix the parser (shop)\n");
});

/** What happens while it waits, a step at each of its looks. */
const meanwhile = (...steps: (() => unknown)[]) => world.meanwhile.push(...steps);

describe("for any session", () => {
  test("ends when the next one asks or waits; those that do already don't count", async () => {
    await prompt("old");
    await stop("old");
    await prompt("new");
    meanwhile(
      () => undefined,
      () => asks("new"),
    );
    expect(await world.json("wait")).toEqual({
      id: world.session("new").id,
      agent_id: "claude-code",
      state: "asks",
      title: "fix the parser",
      project: "shop",
      cwd: "/w/shop",
    });
    expect(world.meanwhile).toEqual([]);
  });

  test("one that waited before counts when it waits again", async () => {
    await prompt("c1");
    await stop("c1");
    meanwhile(
      () => prompt("c1", "and on"),
      () => stop("c1"),
    );
    expect(await world.mm("wait", "--timeout=1h")).toEqual({
      code: 0,
      out: "Claude Code is waiting: fix the parser (shop)\n",
      err: "",
    });
  });

  test("a session that starts while it waits", async () => {
    meanwhile(
      () => undefined,
      () => prompt("c1"),
      () => asks("c1"),
    );
    expect((await world.mm("wait")).out).toBe("Claude Code asks: fix the parser (shop)\n");
  });

  test.each([
    ["busy", () => prompt("c1", "on")],
    ["ended", () => world.end("other", about("c1"))],
    ["idle", () => prompt("c1", "on").then(() => world.pass(601))],
    ["gone", () => void world.gone.add(5)],
  ])("--state %s", async (state, step) => {
    world.agent = { pid: 5, startedTicks: 1, namespace: 0 };
    await world.start("startup", about("c1"));
    await prompt("c1");
    await stop("c1");
    meanwhile(step);
    expect(await world.json("wait", "--state", state)).toMatchObject({ state });
  });
});

describe("where no hooks are installed", () => {
  const withUser = () => {
    world.env = { ...world.env, HOME: world.folder };
  };

  test("it fails if nothing is recorded either, and says what comes first", async () => {
    withUser();
    expect(await world.mm("wait")).toEqual({
      code: 1,
      out: "",
      err: "mm: no agent reports to mm, so nothing would ever come\n  hint: Install an agent, then: mm hooks install\n",
    });
    expect(world.files()).toEqual([]);
  });

  test("it warns once if there are sessions, and waits", async () => {
    withUser();
    await prompt("c1");
    meanwhile(() => stop("c1"));
    expect(await world.mm("wait")).toEqual({
      code: 0,
      out: "Claude Code is waiting: fix the parser (shop)\n",
      err: "mm: warning: no agent's hooks are installed, so agents may not report anything: mm hooks install\n",
    });
  });

  test("it is silent where they are, also for one project", async () => {
    withUser();
    expect((await world.mm("hooks", "install", "claude", "--yes", "--scope", "project")).code).toBe(
      0,
    );
    await prompt("c1");
    meanwhile(() => stop("c1"));
    expect((await world.mm("wait")).err).toBe("");
  });
});

describe("for one session", () => {
  test("ends at once where it is there", async () => {
    await prompt("c1");
    await asks("c1");
    expect(await world.json("wait", world.session("c1").id.slice(0, 8))).toMatchObject({
      state: "asks",
    });
    expect(await world.json("wait", "last")).toMatchObject({ state: "asks" });
  });

  test("others don't count", async () => {
    await prompt("other");
    await prompt("c1");
    meanwhile(
      () => asks("other"),
      () => stop("c1"),
    );
    const { id } = world.session("c1");
    expect(await world.json("wait", id)).toMatchObject({ id, state: "waiting" });
  });

  test("fails where it ends before, or has ended", async () => {
    await prompt("c1");
    meanwhile(() => world.end("other", about("c1")));
    const { id } = world.session("c1");
    const failure = { code: 1, out: "", err: `mm: session already ended: ${id}\n` };
    expect(await world.mm("wait", id)).toEqual(failure);
    expect(await world.mm("wait", id)).toEqual(failure);
    expect(await world.json("wait", id, "--state=ended,gone")).toMatchObject({
      id,
      state: "ended",
    });
  });

  test("fails where there is none", async () => {
    expect(await world.mm("wait", "nosuchone")).toMatchObject({ code: 1, out: "" });
    expect(world.files()).toEqual([]);
  });
});

describe("--timeout", () => {
  test("exits with 124", async () => {
    await prompt("c1");
    const from = world.clock.getTime();
    expect(await world.mm("wait", "--timeout", "30s")).toEqual({
      code: 124,
      out: "",
      err: "mm: no session reached the state asks or waiting in time\n",
    });
    expect(world.clock.getTime() - from).toBe(30_000);
    const { code, out } = await world.mm("wait", "last", "--timeout=1s", "--json");
    expect(code).toBe(124);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "wait_timeout" } });
  });

  test("where nothing is stored", async () => {
    expect((await world.mm("wait", "--timeout", "30s")).code).toBe(124);
    expect(world.files()).toEqual([]);
  });

  test("0s looks once", async () => {
    await prompt("c1");
    await stop("c1");
    expect((await world.mm("wait", "--timeout=0s")).code).toBe(124);
    expect((await world.mm("wait", "last", "--timeout=0s")).code).toBe(0);
  });
});

test.each([
  [["--state", "asks,nope"], "invalid value 'nope' for --state"],
  [["--state", ""], "invalid value '' for --state"],
  [["--timeout", "5"], "invalid duration '5'"],
])("%j is wrong usage", async (words, message) => {
  const { code, out, err } = await world.mm("wait", ...words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toStartWith(`mm: ${message}`);
});
