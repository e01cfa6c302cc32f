import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

/** A live session of Claude's in /w/shop, one of Codex's in /w/site, and one that was started by hand as `claude`. */
async function three(): Promise<void> {
  await world.start("startup", { session_id: "s1", cwd: "/w/shop" });
  await world.prompt("a rate limiter", { session_id: "s1", cwd: "/w/shop" });
  world.stdin = new TextEncoder().encode(
    JSON.stringify({ session_id: "c1", cwd: "/w/site", hook_event_name: "SessionStart" }),
  );
  await world.mm("hook", "codex", "SessionStart");
  await world.mm("session", "start", "--agent", "claude");
}

interface Listed {
  readonly sessions: readonly { readonly agent_id: string }[];
}

const agents = async (...words: string[]) =>
  (await world.json<Listed>(...words)).sessions.map(({ agent_id }) => agent_id).sort();

describe.each([["session list"], ["ps"]])("%s", (name) => {
  const command = name.split(" ");

  test.each([["--agent"], ["--agent-id"], ["-a"]])("%s takes ids and names", async (option) => {
    await three();
    expect(await agents(...command, option, "claude")).toEqual(["claude", "claude-code"]);
    expect(await agents(...command, option, "claude-code")).toEqual(["claude-code"]);
    expect(await agents(...command, option, "codex")).toEqual(["codex"]);
    expect(await agents(...command, option, "nobody")).toEqual([]);
  });

  test("--project", async () => {
    await three();
    expect(await agents(...command, "--project", "shop")).toEqual(["claude-code"]);
    expect(await agents(...command, "--project", "/w/site")).toEqual(["codex"]);
    expect(await agents(...command, "--project", "shop", "-a", "codex")).toEqual([]);
  });
});

test("search and stats take the same", async () => {
  await three();
  for (const option of ["--agent", "--agent-id", "-a"]) {
    expect(await world.json("search", "limiter", option, "claude")).toMatchObject({ count: 1 });
    expect(await world.json("search", "limiter", option, "codex")).toMatchObject({ count: 0 });
    expect(await world.json("stats", option, "claude")).toMatchObject({ sessions: 2 });
  }
});

test("an option and its other name are one", async () => {
  const { code, err } = await world.mm("session", "list", "--agent", "x", "--agent-id", "y");
  expect(code).toBe(2);
  expect(err).toStartWith("mm: option --agent-id is given twice\n");
});

test.each([[["search", "x", "--limit", "0"]], [["session", "events", "--limit", "0"]]])(
  "%p is refused",
  async (words) => {
    const { code, err } = await world.mm(...words);
    expect(code).toBe(2);
    expect(err).toStartWith("mm: invalid value '0' for --limit; expected 1 or more\n");
  },
);

describe("`last`", () => {
  const ended = () => world.rows<{ n: number }>("SELECT count(ended_at) AS n FROM sessions")[0]?.n;

  test("is what session end ends, activity log adds to and session delete deletes", async () => {
    await world.mm("session", "start");
    world.pass(1);
    await world.mm("session", "start", "-a", "other", "-t", "the last");
    expect(await world.json("activity", "log", "-c", "x", "--session", "last")).toMatchObject({
      ok: true,
    });
    const { session_id: id } = await world.json<{ session_id: string }>("session", "end", "last");
    expect(ended()).toBe(1);
    expect(await world.json("session", "show", id)).toMatchObject({ event_count: 1 });
    expect((await world.mm("session", "delete", "last")).out).toContain(id);
  });

  test("is an error where there is no session", async () => {
    expect((await world.mm("session", "end", "last")).code).toBe(1);
    expect(await world.mm("session", "delete", "last")).toMatchObject({
      code: 1,
      err: "mm: there is no session yet\n  hint: `mm hooks install` records those of your agents\n",
    });
  });
});

test("where no session is current, every reader shows the one that was last active", async () => {
  await world.mm("session", "start", "-t", "the last one");
  await world.mm("activity", "log", "-c", "what happened");
  await world.mm("session", "end");
  expect((await world.mm("session", "show")).out).toContain("the last one");
  expect((await world.mm("session", "events")).out).toContain("what happened");
  expect((await world.mm("session", "export")).out).toContain("the last one");
});

test("a beginning of fewer than six characters", async () => {
  await world.mm("session", "start");
  const id = world.rows<{ id: string }>("SELECT id FROM sessions")[0]?.id ?? "";
  expect((await world.mm("session", "show", id.slice(0, 5))).err).toContain(
    "hint: give at least 6 characters of an id; `mm session list` shows them",
  );
  expect((await world.mm("session", "show", id.slice(0, 6))).code).toBe(0);
});
