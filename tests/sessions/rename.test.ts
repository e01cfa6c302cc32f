import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const found = async (word: string) =>
  (await world.json<{ sessions: { id: string }[] }>("search", word)).sessions.map(({ id }) => id);

describe("session rename", () => {
  test("[ID] TITLE, in text and in JSON", async () => {
    await world.mm("session", "start", "-t", "Old");
    const id = HookWorld.id(1);
    expect(await world.mm("session", "rename", "New one")).toEqual({
      code: 0,
      out: `Session renamed: ${id}\n  Title: New one\n`,
      err: "",
    });
    expect(await world.json("session", "rename", id.slice(0, 8), "Newer")).toEqual({
      ok: true,
      session_id: id,
      title: "Newer",
      previous_title: "New one",
    });
    await world.mm("session", "end");
    expect(await world.json("session", "rename", "last", "Last")).toMatchObject({ title: "Last" });
    expect(await world.json("session", "show", id)).toMatchObject({ title: "Last" });
  });

  test("a title of several words wants quotes", async () => {
    await world.mm("session", "start");
    expect(await world.mm("session", "rename", "last", "Better", "title")).toMatchObject({
      code: 2,
      err: "mm: unexpected argument 'title'\n  hint: put the title in quotes\n",
    });
  });

  test("search finds an ended session by its new title at once, and no longer by the old one", async () => {
    await world.start();
    await world.prompt("frobnicate");
    await world.end();
    const { id } = world.session();
    world.exec("DELETE FROM session_events");
    expect(await found("frobnicate")).toEqual([id]);
    await world.mm("session", "rename", id, "quuxify");
    expect(await found("quuxify")).toEqual([id]);
    expect(await found("frobnicate")).toEqual([]);
    await world.mm("session", "rename", id, "xyzzy");
    expect(await found("xyzzy")).toEqual([id]);
  });

  test("and so it does for a session that only memtomem knows", async () => {
    await world.mm("session", "start");
    world.exec(`INSERT INTO sessions (id, started_at, ended_at, metadata) VALUES
      ('theirs', '2026-11-01T00:00:00+00:00', '2026-11-01T01:00:00+00:00', '{"title":"frobnicate"}')`);
    expect(await found("frobnicate")).toEqual(["theirs"]);
    await world.mm("session", "rename", "theirs", "quuxify");
    expect(await found("quuxify")).toEqual(["theirs"]);
    expect(await found("frobnicate")).toEqual([]);
    expect(world.rows("SELECT 1 FROM mm_sessions WHERE session_id = 'theirs'")).toEqual([]);
  });

  test("search finds an ended session by the title that a late prompt gives it", async () => {
    await world.start();
    await world.end();
    const { id } = world.session();
    await world.mm("session", "end", id);
    expect(await found("belated")).toEqual([]);
    world.exec("UPDATE mm_sessions SET ended_ms = 9000000000000");
    await world.prompt("belated");
    world.exec("DELETE FROM session_events");
    expect(await found("belated")).toEqual([id]);
  });

  test.each([
    ["a prompt", () => world.prompt("from a prompt")],
    ["the agent", () => world.start("resume", { session_title: "from the agent" })],
  ])("%s doesn't replace a person's title", async (_, call) => {
    await world.start();
    await world.mm("session", "rename", world.session().id, "By hand");
    await call();
    expect(world.session().title).toBe("By hand");
  });

  test("a person's title replaces any other, even a person's", async () => {
    await world.start("startup", { session_title: "from the agent" });
    const { id } = world.session();
    for (const title of ["First", "Second"]) await world.mm("session", "rename", id, title);
    expect(world.session().title).toBe("Second");
  });

  test("a secret is redacted", async () => {
    await world.mm("session", "start");
    const secret = `ghp_${"aB3".repeat(12)}`;
    expect(JSON.stringify(await world.json("session", "rename", `Use ${secret}`))).not.toContain(
      secret,
    );
  });

  test.each([
    [["rename"], 2, "missing argument: TITLE"],
    [["rename", "a", "b", "c"], 2, "unexpected argument 'c'"],
    [["rename", " "], 2, "the title is empty"],
    [["rename", "T"], 1, "no session ID provided and no active session"],
    [["rename", "last", "T"], 1, "there is no session yet"],
    [["rename", "unknown", "T"], 1, "session not found: unknown"],
  ])("%j: exit %d, %s, and nothing is created", async (words, code, message) => {
    const outcome = await world.mm("session", ...words);
    expect(outcome).toMatchObject({ code, out: "" });
    expect(outcome.err).toStartWith(`mm: ${message}\n`);
    expect(world.files()).toEqual([]);
  });
});
