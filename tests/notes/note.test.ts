import { afterEach, beforeEach, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

test("writes a note into the current session", async () => {
  await world.mm("session", "start", "-t", "a title");
  expect(await world.mm("note", "keep", "the old format")).toEqual({
    code: 0,
    out: `Noted in session ${HookWorld.id(1)}\n`,
    err: "",
  });
  expect(await world.json("note", "and more")).toEqual({
    ok: true,
    session_id: HookWorld.id(1),
    event_type: "note",
  });
  expect(world.rows("SELECT event_type AS type, content FROM session_events")).toEqual([
    { type: "note", content: "keep the old format" },
    { type: "note", content: "and more" },
  ]);
});

test("in the shell of an agent that is its session; a state stays as it is", async () => {
  await world.prompt("fix the parser");
  await world.claude("Stop");
  world.env = { ...world.env, CLAUDE_CODE_SESSION_ID: "c1" };
  expect((await world.mm("note", "seen")).code).toBe(0);
  expect(world.told()).toEqual(["prompt: fix the parser", "turn_end: ", "note: seen"]);
  expect(await world.json("ps")).toMatchObject({ sessions: [{ state: "waiting" }] });
});

test("reads standard input, and redacts", async () => {
  await world.mm("session", "start");
  world.stdin = new TextEncoder().encode("line\npassword=hunter2secret\n");
  expect((await world.mm("note", "-")).code).toBe(0);
  const [{ content = "" } = {}] = world.rows<{ content: string }>(
    "SELECT content FROM session_events",
  );
  expect(content).toStartWith("line\n");
  expect(content).not.toContain("hunter2secret");
});

test("a session that is named", async () => {
  await world.prompt("fix the parser");
  expect((await world.mm("note", "x", "--session", world.session().id.slice(0, 8))).code).toBe(0);
  expect((await world.mm("note", "y", "--session=last")).code).toBe(0);
  expect(world.told().slice(1)).toEqual(["note: x", "note: y"]);
});

test.each([
  [["note"], 2, "the note is empty"],
  [["note", " "], 2, "the note is empty"],
  [["note", "x"], 1, "no session is current in this shell"],
  [["note", "x", "--session", "nosuchone"], 1, "session not found: nosuchone"],
])("%j: %p, %s", async (words, code, message) => {
  const outcome = await world.mm(...words);
  expect(outcome).toMatchObject({ code, out: "" });
  expect(outcome.err).toStartWith(`mm: ${message}`);
  expect(world.files()).toEqual([]);
});

test("a session that has ended", async () => {
  await world.prompt("fix the parser");
  await world.end();
  const { code, err } = await world.mm("note", "x", "--session", "last");
  expect(code).toBe(1);
  expect(err).toStartWith(`mm: session already ended: ${world.session().id}\n`);
  const { out } = await world.mm("note", "x", "--session", "last", "--json");
  expect(JSON.parse(out)).toMatchObject({ error: { code: "session_ended" } });
});
