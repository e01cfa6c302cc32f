import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const FIRST = "01a217a1-41fe-77b3-9bb4-64e9fb2155b1";
const FORK = "01a217a1-5b41-7252-b797-b14caa210d80";

const TOKEN = "16C7e42F292c6912E7710c838347Ae178B4a";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
  copyHome("codex", world.user);
});
afterEach(() => world[Symbol.dispose]());

function state(sql: string): void {
  using db = new Database(`${world.user}/.codex/state_5.sqlite`, { create: true });
  db.run(sql);
}

describe("Codex' titles", () => {
  test("are no first prompts", async () => {
    await world.backfill("codex");
    expect(world.titles()[FIRST]).toBe("multitool please");
    expect(world.fact(FIRST, "title_from")).toBe("prompt");
  });

  test("are found in its database, a name before a title, also if the transcript is unchanged", async () => {
    await world.backfill("codex");
    state(`UPDATE threads SET title = 'Two tools' WHERE id = '${FIRST}'`);
    await world.backfill("codex");
    expect(world.titles()[FIRST]).toBe("Two tools");
    state(`UPDATE threads SET name = 'Tools ghp_${TOKEN}' WHERE id = '${FIRST}'`);
    await world.backfill("codex");
    expect(world.titles()[FIRST]).toMatch(/^Tools \[/u);
    expect(world.fact(FIRST, "title_from")).toBe("client");
  });

  test("or in its list, where the last name counts", async () => {
    world.leave(".codex/session_index.jsonl", [
      { id: FIRST, thread_name: "Once", updated_at: "2026-11-26T11:40:00Z" },
      { id: FIRST, thread_name: "Renamed", updated_at: "2026-11-26T11:50:00Z" },
      { id: FORK, thread_name: "  " },
      { thread_name: "of nothing" },
    ]);
    await world.backfill("codex");
    expect(world.titles()).toMatchObject({ [FIRST]: "Renamed", [FORK]: "hello in the fork" });
  });

  test("replace none that a person gave here", async () => {
    await world.backfill("codex");
    const [{ id = "" } = {}] = world.rows<{ id: string }>(
      "SELECT session_id AS id FROM mm_sessions WHERE external_id = ?",
      FIRST,
    );
    await world.mm("session", "rename", id, "Mine");
    state(`UPDATE threads SET name = 'Theirs' WHERE id = '${FIRST}'`);
    await world.backfill("codex");
    expect(world.titles()[FIRST]).toBe("Mine");
  });

  test("come from the folder in CODEX_SQLITE_HOME, and from the newest version", async () => {
    const folder = `${world.user}/elsewhere`;
    world.leave("elsewhere/state_4.sqlite", "");
    world.env = { ...world.env, CODEX_SQLITE_HOME: folder };
    using db = new Database(`${folder}/state_12.sqlite`, { create: true });
    db.run("CREATE TABLE threads (id TEXT, title TEXT)");
    db.run(`INSERT INTO threads VALUES ('${FIRST}', 'Moved')`);
    await world.backfill("codex");
    expect(world.titles()[FIRST]).toBe("Moved");
  });

  test("aren't missed where the file is something else, or nothing is to be stored", async () => {
    world.leave(".codex/state_6.sqlite", "rubbish");
    expect((await world.backfill("codex"))[0]).toMatchObject({ sessions: 3, problems: [] });
    expect(world.titles()[FIRST]).toBe("multitool please");
    world.settings({ capture: "none" });
    world.leave(".codex/session_index.jsonl", [{ id: FIRST, thread_name: "Secret" }]);
    await world.backfill("codex");
    expect(world.titles()[FIRST]).not.toBe("Secret");
  });
});
