import { Database } from "bun:sqlite";
import { pick, randomUuid, seededRandom } from "./random.ts";

/** The contents of a generated database. */
export interface Contents {
  readonly sessions: number;
  readonly events: number;
  /** One in this many sessions was never ended. */
  readonly activeOneIn: number;
}

const SEED = 20_240_101;
const FIRST_START_MS = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;
const AGENTS = ["claude-code", "codex", "cursor", "gemini-cli", "default"] as const;
const TYPES = ["tool_call", "tool_call", "tool_call", "prompt", "decision", "error"] as const;
const WORDS =
  "the parser reads an empty list and then writes what it found to src/store/index.ts after tests pass".split(
    " ",
  ) as [string, ...string[]];

type Random = () => number;

function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}

function sentence(random: Random, words: number): string {
  return Array.from({ length: words }, () => pick(random, WORDS)).join(" ");
}

function insertSessions(db: Database, contents: Contents, random: Random): string[] {
  const session = db.query(
    `INSERT INTO sessions (id, agent_id, started_at, ended_at, summary, metadata, namespace)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
  );
  const own = db.query("INSERT INTO mm_sessions (session_id, agent_id) VALUES (?1, ?2)");
  return Array.from({ length: contents.sessions }, (_, index) => {
    const id = randomUuid(random);
    const agent = pick(random, AGENTS);
    const start = FIRST_START_MS + index * 5 * MINUTE_MS;
    const active = index % contents.activeOneIn === 0;
    session.run(
      id,
      agent,
      timestamp(start),
      active ? null : timestamp(start + random() * 90 * MINUTE_MS),
      active ? null : sentence(random, 12),
      JSON.stringify({ title: sentence(random, 5) }),
      agent === "default" ? "default" : `agent-runtime:${agent}`,
    );
    own.run(id, agent);
    return id;
  });
}

/** Alternates the events of neighbouring sessions, like those of agents that work at the same time. */
function insertEvents(
  db: Database,
  contents: Contents,
  ids: readonly string[],
  random: Random,
): void {
  const event = db.query(
    `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
     VALUES (?1, ?2, ?3, ?4, ?5)`,
  );
  const perSession = contents.events / contents.sessions;
  for (let index = 0; index < contents.events; index++) {
    const nearby = Math.floor(index / perSession + random() * 8);
    const session = Math.min(nearby, ids.length - 1);
    event.run(
      ids[session] ?? null,
      pick(random, TYPES),
      sentence(random, 4 + Math.floor(random() * 24)),
      timestamp(FIRST_START_MS + session * 5 * MINUTE_MS + random() * 5 * MINUTE_MS),
      '{"tool":"Edit"}',
    );
  }
}

/** Replaces the contents of a database that `mm` created. The same `contents` give the same rows. */
export function fillDatabase(path: string, contents: Contents): void {
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  try {
    db.run("PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA cache_size = -400000");
    const random = seededRandom(SEED);
    db.transaction(() => {
      db.run("DELETE FROM sessions; DELETE FROM sqlite_sequence");
      insertEvents(db, contents, insertSessions(db, contents, random), random);
    }).immediate();
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    db.close(true);
  }
}

/** The definitions of all tables and indices, and `mm`'s version of the schema. */
export function schemaOf(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    const definitions = db.query("SELECT sql FROM sqlite_schema ORDER BY name").values();
    return JSON.stringify([definitions, db.query("SELECT * FROM mm_meta ORDER BY key").values()]);
  } finally {
    db.close(true);
  }
}

export function countRows(path: string, table: string): number {
  const db = new Database(path, { readonly: true });
  try {
    return db.query<{ n: number }, []>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? 0;
  } finally {
    db.close(true);
  }
}
