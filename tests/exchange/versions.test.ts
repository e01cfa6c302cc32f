import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import {
  type Columns,
  columnNames,
  MM_EVENTS,
  MM_SESSIONS,
  MM_TRANSCRIPTS,
  MM_USAGE,
  SESSION_EVENTS,
  SESSIONS,
} from "../../src/store/tables.ts";
import { HookWorld } from "../support/hook-world.ts";
import { exported, imported } from "../support/transfer.ts";

let world: HookWorld;
let target: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  target = new HookWorld();
});
afterEach(() => {
  world[Symbol.dispose]();
  target[Symbol.dispose]();
});

const FOLDER = `${import.meta.dir}/../fixtures/exports`;
const EXPORTS = readdirSync(FOLDER);

test("there is an export of each version that ever was", () => {
  expect(EXPORTS.length).toBeGreaterThanOrEqual(3);
});

test.each(EXPORTS)("%s can be imported", async (name) => {
  const text = await Bun.file(`${FOLDER}/${name}`).text();
  expect(await imported(text, target)).toMatchObject({ sessions: 3, events: 5 });
  const { sessions } = await target.json<{ sessions: object[] }>("session", "list");
  expect(sessions).toMatchObject([
    { agent_id: "writer", status: "ended", title: "By hand", event_count: 1 },
    { agent_id: "codex", status: "active", title: "Still open", event_count: 1 },
    { agent_id: "claude-code", title: "Fix the parser of empty lists", event_count: 3 },
  ]);
  // A second import finds the same rows, with the columns that the file didn't have.
  expect(await imported(text, target)).toMatchObject({ sessions: 0, already_there: 3 });
});

/** Values that are different in each column. */
function distinct(columns: Columns, keys: Readonly<Record<string, string | number>>) {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { type }], index) => [
      name,
      keys[name] ?? (type.startsWith("TEXT") ? `value of ${name}` : 1000 + index),
    ]),
  );
}

function insert(db: Database, table: string, row: Readonly<Record<string, string | number>>): void {
  const names = Object.keys(row);
  const places = names.map((name) => `$${name}`).join(", ");
  db.query<unknown, [Record<string, string | number>]>(
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`,
  ).run(row);
}

const TABLES = ["sessions", "mm_sessions", "session_events", "mm_events", "mm_usage"] as const;

test("every column comes through an export and an import as it was", async () => {
  await world.mm("session", "list");
  await world.mm("session", "start");
  world.exec("DELETE FROM mm_sessions; DELETE FROM sessions");
  const db = new Database(world.database, { strict: true });
  const session = { id: "s", session_id: "s", agent_id: "a", namespace: "a", metadata: "{}" };
  const times = { started_at: "2026-11-01T00:00:00+00:00", ended_at: "2026-11-01T01:00:00+00:00" };
  insert(db, "sessions", distinct(SESSIONS, { ...session, ...times }));
  insert(db, "mm_sessions", distinct(MM_SESSIONS, session));
  const event = { id: 1, event_id: 1, session_id: "s", metadata: "{}", chunk_ids: "[]" };
  const at = { created_at: "2026-11-01T00:30:00+00:00" };
  insert(db, "session_events", distinct(SESSION_EVENTS, { ...event, ...at }));
  insert(db, "mm_events", distinct(MM_EVENTS, event));
  insert(db, "mm_usage", distinct(MM_USAGE, { session_id: "s" }));
  db.close();
  await imported(await exported(world, "--all", "--format=jsonl"), target);
  // The process that an agent was on one machine is nothing on another.
  world.exec("UPDATE mm_sessions SET agent_pid = NULL, agent_ticks = NULL, agent_pid_ns = NULL");
  for (const table of TABLES) {
    expect(target.rows(`SELECT * FROM ${table}`)).toEqual(world.rows(`SELECT * FROM ${table}`));
  }
});

test.each([
  ["sessions", SESSIONS],
  ["mm_sessions", MM_SESSIONS],
  ["session_events", SESSION_EVENTS],
  ["mm_events", MM_EVENTS],
  ["mm_usage", MM_USAGE],
  ["mm_transcripts", MM_TRANSCRIPTS],
] as const)("the definition of %s is what the database has", async (table, columns: Columns) => {
  await world.mm("session", "start");
  const names = world.rows<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`);
  expect(names.map(({ name }) => name).sort()).toEqual(columnNames(columns).sort());
});
