import { Database } from "bun:sqlite";
import { describe, expect } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";
import { play, playedHooks } from "../support/played-hooks.ts";
import { PASSWORD } from "../support/postgres/server.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

const NOW = new Date("2026-11-27T12:00:00Z");

const ROWS = {
  sessions: "SELECT id, started_at, ended_at FROM sessions ORDER BY id",
  // The order of their members says nothing.
  events: `SELECT e.session_id, e.event_type, e.content,
    (SELECT json_group_object(key, value) FROM (SELECT key, value FROM json_each(e.metadata) ORDER BY key)) AS metadata
    FROM session_events e ORDER BY e.session_id, e.id`,
  calls:
    "SELECT client, call_id, session_id, model, input, output, hidden FROM mm_usage ORDER BY client, call_id",
} as const;

/** What a database holds of what leaves a machine. */
function heldBy(path: string) {
  const db = new Database(path, { readonly: true, strict: true });
  try {
    return Object.fromEntries(
      Object.entries(ROWS).map(([name, sql]) => [name, db.query(sql).all()]),
    );
  } finally {
    db.close(true);
  }
}

const HOOKED = AGENTS_WITH_FIXTURES.filter((agent) => agent !== "cline");

describe.each(HOOKED)("%s", (agent) => {
  test("what hooks and transcripts tell by turns is on the other machine as it is here", async () => {
    const stage = await stageOf();
    const url = stage.url(await stage.server.newDatabase());
    using laptop = new HookWorld();
    using desk = new HookWorld();
    desk.machine = { name: "desk", id: "machine-2" };
    for (const world of [laptop, desk]) {
      world.env = { ...world.env, PGPASSWORD: PASSWORD };
      expect((await world.mm("sync", "init", url, "--project", "*")).code).toBe(0);
    }
    laptop.clock = NOW;
    const home = `${laptop.folder}/user`;
    copyHome(agent, home);
    const alike = async () => {
      expect(await laptop.mm("sync", "push")).toMatchObject({ code: 0, err: "" });
      expect(await desk.mm("sync", "pull")).toMatchObject({ code: 0, err: "" });
      expect(heldBy(`${desk.home}/mm-remote.db`)).toEqual(heldBy(laptop.database));
    };
    const read = async () => {
      laptop.clock = NOW;
      laptop.env = { ...laptop.env, HOME: home };
      laptop.exec("DELETE FROM mm_transcripts");
      expect((await laptop.mm("backfill", agent)).code).toBe(0);
    };
    const hooks = playedHooks(agent, home);
    const third = Math.ceil(hooks.length / 3);
    for (const from of [0, third, 2 * third]) {
      await play(laptop, agent, hooks.slice(from, from + third));
      await alike();
      await read();
      await alike();
    }
  });
});
