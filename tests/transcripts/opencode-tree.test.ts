import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const STORAGE = ".local/share/opencode/storage";
const DATABASE = ".local/share/opencode/opencode.db";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
  copyHome("opencode", world.user);
});
afterEach(() => world[Symbol.dispose]());

interface Row {
  readonly id: string;
  readonly session_id: string;
  readonly message_id: string;
  readonly parent_id: string | null;
  readonly directory: string;
  readonly title: string;
  readonly version: string;
  readonly time_created: number;
  readonly time_updated: number;
  readonly data: string;
}

/** Writes what is in the database as files, the way OpenCode did before it had one. */
function leaveTree(): void {
  using db = new Database(`${world.user}/${DATABASE}`, { readonly: true });
  const all = (table: string) => db.query<Row, []>(`SELECT * FROM ${table}`).all();
  for (const row of all("session")) {
    world.leave(`${STORAGE}/session/p1/${row.id}.json`, {
      id: row.id,
      parentID: row.parent_id ?? undefined,
      projectID: "p1",
      directory: row.directory,
      title: row.title,
      version: row.version,
      time: { created: row.time_created, updated: row.time_updated },
    });
  }
  for (const { id, session_id, time_created, data } of all("message")) {
    const content = {
      id,
      sessionID: session_id,
      ...JSON.parse(data),
      time: { created: time_created },
    };
    world.leave(`${STORAGE}/message/${session_id}/${id}.json`, content);
  }
  for (const { id, message_id, time_created, data } of all("part")) {
    const content = {
      id,
      messageID: message_id,
      ...JSON.parse(data),
      time: { start: time_created },
    };
    world.leave(`${STORAGE}/part/${message_id}/${id}.json`, content);
  }
}

/** What is stored, but for row ids, files, and what only the database tells: the parent of a fork. */
function stored() {
  const sessions = world.rows(
    `SELECT m.external_id, m.cwd, m.model, m.client_version, json_extract(s.metadata, '$.title') AS title
      FROM mm_sessions m JOIN sessions s ON s.id = m.session_id ORDER BY 1`,
  );
  const events = world.rows(
    `SELECT m.external_id, e.event_type, e.content, o.at_ms FROM session_events e
      JOIN mm_sessions m ON m.session_id = e.session_id JOIN mm_events o ON o.event_id = e.id ORDER BY 1, 4, 2, 3`,
  );
  const calls = world.calls();
  return { sessions, events, calls };
}

test("the files of before 1.2 tell the same as the database", async () => {
  leaveTree();
  rmSync(`${world.user}/${DATABASE}`);
  const [report] = await world.backfill("opencode");
  expect(report).toMatchObject({ sessions: 3, passed_over: 0, problems: [] });
  const tree = stored();
  expect(tree.events.length).toBeGreaterThan(20);
  using other = new HistoryWorld();
  copyHome("opencode", other.user);
  await other.backfill("opencode");
  const own = world;
  world = other;
  const database = stored();
  world = own;
  expect(tree).toEqual(database);
});

test("those that stay behind after the move add nothing", async () => {
  await world.backfill("opencode");
  const before = stored();
  leaveTree();
  await world.backfill("opencode");
  expect(stored()).toEqual(before);
  expect(await world.backfill("opencode")).toMatchObject([{ sessions: 0, events: 0 }]);
});

test("a session that hooks know is completed alone, and the others are read later", async () => {
  leaveTree();
  rmSync(`${world.user}/${DATABASE}`);
  expect(await world.backfill("opencode", "--known")).toMatchObject([{ sessions: 0 }]);
  expect(await world.backfill("opencode")).toMatchObject([{ sessions: 3 }]);
});

test("a file that isn't whole is counted, and what is whole is taken", async () => {
  leaveTree();
  rmSync(`${world.user}/${DATABASE}`);
  world.leave(`${STORAGE}/message/ses_x/msg_1.json`, "{");
  world.leave(`${STORAGE}/session/p1/ses_x.json`, { id: "ses_x", time: { created: 1e12 } });
  expect(await world.backfill("opencode")).toMatchObject([{ sessions: 3, passed_over: 1 }]);
});
