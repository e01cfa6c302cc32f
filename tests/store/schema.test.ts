import { expect, test } from "bun:test";
import { SCHEMA_VERSION } from "../../src/store/tables.ts";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome } from "../support/transcripts.ts";
import { World } from "../support/world.ts";

test("a new database has what memtomem and mm need, but none of memtomem's own marks", async () => {
  using world = new World();
  await world.mm("session", "start");
  const names = world.rows<{ name: string }>("SELECT name FROM sqlite_schema ORDER BY name");
  expect(names.map(({ name }) => name).filter((name) => !name.startsWith("sqlite_"))).toEqual([
    "idx_session_events_session",
    "idx_sessions_agent",
    "idx_sessions_started",
    "mm_early_ends",
    "mm_events",
    "mm_events_dedup",
    "mm_meta",
    "mm_renamed",
    "mm_sessions",
    "mm_sessions_active",
    "mm_sessions_ended",
    "mm_sessions_forks",
    "mm_sessions_live",
    "mm_sessions_past",
    "mm_sessions_project",
    "mm_sessions_root",
    "mm_spooled",
    "mm_transcripts",
    "mm_transcripts_session",
    "mm_usage",
    "mm_usage_session",
    "session_events",
    "sessions",
  ]);
  expect(world.rows("PRAGMA auto_vacuum")).toEqual([{ auto_vacuum: 2 }]);
  expect(world.rows("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  expect(world.rows("PRAGMA user_version")).toEqual([{ user_version: 0 }]);
  expect(world.rows("PRAGMA application_id")).toEqual([{ application_id: 0 }]);
  // And when the file was last written, by which a log of another one is known.
  expect(world.rows("SELECT * FROM mm_meta WHERE key <> 'file'")).toEqual([
    { key: "schema_version", value: String(SCHEMA_VERSION) },
  ]);
});

test("a database of the first schema keeps its rows and gets the new tables and columns", async () => {
  using world = new HookWorld();
  await world.start();
  const columns = world.rows("SELECT name, type FROM pragma_table_info('mm_sessions')");
  for (const name of ["start_event", "start_us", "end_event", "end_us", "history"])
    world.exec(`ALTER TABLE mm_sessions DROP COLUMN ${name}`);
  world.exec("UPDATE mm_meta SET value = '1' WHERE key = 'schema_version'");
  const { id } = world.session();
  const { sessions } = await world.json<{ sessions: unknown[] }>("session", "list");
  expect(sessions).toMatchObject([{ id, project: "w" }]);
  expect(await world.json("stats", "hooks")).toEqual({ hooks: [] });
  await world.end();
  expect(world.session()).toMatchObject({ id, ended_by: "client" });
  expect(world.rows("SELECT name, type FROM pragma_table_info('mm_sessions')")).toEqual(columns);
  expect(world.rows("SELECT value FROM mm_meta WHERE key = 'schema_version'")).toEqual([
    { value: String(SCHEMA_VERSION) },
  ]);
  const told = { client: "claude", event: "SessionEnd", count: 1 };
  expect(await world.json("stats", "hooks")).toMatchObject({ hooks: [told] });
});

test("a database of the schema without places in transcripts gets them, and keeps what was read", async () => {
  using world = new HookWorld();
  const user = `${world.folder}/user`;
  world.env = { ...world.env, HOME: user };
  copyHome("codex", user);
  await world.json("backfill", "codex");
  const columns = world.rows("SELECT name, type FROM pragma_table_info('mm_transcripts')");
  for (const name of ["taken", "tail", "state"])
    world.exec(`ALTER TABLE mm_transcripts DROP COLUMN ${name}`);
  world.exec("UPDATE mm_meta SET value = '4' WHERE key = 'schema_version'");
  const events = world.rows("SELECT * FROM session_events");
  const { agents } = await world.json<{ agents: { read: number }[] }>("backfill", "codex");
  expect(agents).toMatchObject([{ read: 0 }]);
  expect(world.rows("SELECT * FROM session_events")).toEqual(events);
  await world.start();
  expect(world.rows("SELECT name, type FROM pragma_table_info('mm_transcripts')")).toEqual(columns);
});
