import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const start = (...words: string[]) => world.mm("session", "start", ...words);
const startJson = (...words: string[]) => world.json("session", "start", ...words);
const sessions = () => world.rows("SELECT id FROM sessions ORDER BY rowid");

describe("the state file", () => {
  test.each([
    ["blank", "  \n", "it is blank"],
    ["not UTF-8", new Uint8Array([0xff, 0xfe, 0x41]), "it is not UTF-8 text"],
  ] as const)(
    "%s: one warning, no session, and the next write replaces it",
    async (_, content, why) => {
      world.makeHome({ ".current_session": content });
      const { code, err } = await start("--idempotent");
      expect(code).toBe(0);
      expect(err).toBe(`mm: warning: the state file ${world.stateFile} names no session: ${why}\n`);
      expect(world.state()).toBe(`${ids(1)}\n`);
    },
  );

  test("a dangling link is replaced, and its target is not created", async () => {
    world.makeHome();
    symlinkSync(`${world.folder}/target`, world.stateFile);
    const { code, err } = await start("--idempotent");
    expect(code).toBe(0);
    expect(err).toContain("it is a dangling link");
    expect(readFileSync(world.stateFile, "utf8")).toBe(`${ids(1)}\n`);
  });

  test("a directory in its place is an error before the database changes", async () => {
    await start("-a", "x");
    await world.mm("session", "end");
    mkdirSync(world.stateFile);
    const { code, err, out } = await start("-a", "x");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(
      `mm: the state file ${world.stateFile} is a directory\n  hint: move it away`,
    );
    expect(sessions()).toHaveLength(1);
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
  });

  test("a start that died after its commit is finished by the next command", async () => {
    await start("-a", "x");
    world.exec(
      "INSERT INTO sessions (id, agent_id, started_at) VALUES ('dead-but-committed', 'x', '2026-03-10T12:00:00+00:00')",
    );
    writeFileSync(`${world.home}/.current_session.tmp`, "dead-but-committed\n");
    expect(await startJson("-a", "x", "--idempotent")).toMatchObject({
      session_id: "dead-but-committed",
      resumed: true,
    });
    expect(world.state()).toBe("dead-but-committed\n");
    expect((await world.mm("activity", "log", "-c", "e", "--json")).out).toContain(
      '"session_id":"dead-but-committed"',
    );
    expect(world.state()).toBe("dead-but-committed\n");
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
  });

  test("a state file from the future, as after the clock was set back, hides no start", async () => {
    await start("-a", "one");
    const later = new Date(Date.now() + 3_600_000);
    utimesSync(world.stateFile, later, later);
    const two = await startJson("-a", "two", "--idempotent");
    expect(two).toMatchObject({ resumed: false, stale_ended: [ids(1)] });
    expect(world.state()).toBe(`${ids(2)}\n`);
    expect(await startJson("-a", "two", "--idempotent")).toMatchObject({ resumed: true });
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
  });

  test("what memtomem has written since then comes first", async () => {
    await start("-a", "x");
    await start("-a", "x");
    writeFileSync(`${world.home}/.current_session.tmp`, `${ids(1)}\n`);
    const past = new Date(Date.now() - 10_000);
    utimesSync(`${world.home}/.current_session.tmp`, past, past);
    writeFileSync(world.stateFile, `${ids(2)}\n`);
    expect(await startJson("-a", "x", "--idempotent")).toMatchObject({ session_id: ids(2) });
    await world.mm("activity", "log", "-c", "e");
    expect(world.state()).toBe(`${ids(2)}\n`);
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
  });

  test.each([["gone-with-its-process\n"], [""]])(
    "what a start that died before its commit left (%p) is removed",
    async (content) => {
      await start("-a", "x");
      writeFileSync(`${world.home}/.current_session.tmp`, content);
      expect(await startJson("-a", "x", "--idempotent")).toMatchObject({ session_id: ids(1) });
      await world.mm("activity", "log", "-c", "e");
      expect(world.state()).toBe(`${ids(1)}\n`);
      expect(world.files()).toEqual([".current_session", "memtomem.db"]);
    },
  );
});
