import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { REPORTED, REPORTED_OF_MANY } from "../../src/resume/sql.ts";
import { type ListFilter, listStatement } from "../../src/show/list/sql.ts";
import { FORKS } from "../../src/show/sql.ts";
import { OBSERVED } from "../../src/store/observed.ts";
import { LAST_ACTIVE, WITH_OWN } from "../../src/store/recent/recent.ts";
import { createMissing } from "../../src/store/schema.ts";
import { epochSeconds } from "../../src/store/statements.ts";
import { randomFrom } from "../support/random.ts";

// What is looked up here of every session is what the statements look up of few.
const LAST_EVENT_MS = `1000 * (SELECT ${epochSeconds("e.created_at")} FROM session_events e
  WHERE e.session_id = s.id ORDER BY e.id DESC LIMIT 1)`;
const TOLD_MS = "CASE WHEN typeof(m.last_event_ms) = 'integer' THEN m.last_event_ms END";
const LAST_AT = `coalesce(max(${TOLD_MS}, coalesce(${LAST_EVENT_MS}, 0)), ${LAST_EVENT_MS}, 1000 * ${epochSeconds("s.started_at")})`;
const ABOUT_LAST_AT = `CASE WHEN typeof(m.last_event_ms) = 'integer' THEN m.last_event_ms ELSE ${LAST_AT} END`;

const LISTED = (where: string) => `SELECT s.id, ${OBSERVED}, ${LAST_AT} AS sign
  FROM (SELECT s.rowid AS number, ${ABOUT_LAST_AT} AS last_at FROM ${WITH_OWN} WHERE ${where}
    ORDER BY last_at DESC, s.started_at DESC, s.rowid DESC LIMIT $limit) p
  CROSS JOIN ${WITH_OWN} WHERE s.rowid = p.number ORDER BY last_at DESC, s.started_at DESC, s.rowid DESC`;

const LAST = `SELECT s.id FROM ${WITH_OWN}
  ORDER BY s.agent_id = 'headless' OR NOT EXISTS (SELECT 1 FROM session_events e WHERE e.session_id = s.id),
    coalesce(m.last_event_ms + 0, ${LAST_EVENT_MS}, 1000 * ${epochSeconds("s.started_at")}) DESC,
    s.started_at DESC, s.rowid DESC LIMIT 1`;

const DAY_S = 86_400;
const NOW_S = Date.parse("2026-03-10T12:00:00Z") / 1000;

const FILTERS: readonly (readonly [Partial<ListFilter>, string])[] = [
  [{}, "TRUE"],
  [{ activeOnly: true }, "s.ended_at IS NULL"],
  [{ agents: ["claude-code"] }, "s.agent_id = 'claude-code'"],
  [{ agents: ["headless", "x"] }, "s.agent_id IN ('headless', 'x')"],
  [{ since: "2026-03-09" }, "s.started_at >= '2026-03-09'"],
  [{ until: "2026-03-08" }, "s.started_at < '2026-03-08'"],
  [
    { project: { projects: ["/p/.git"], roots: ["/q"] } },
    "m.project IS '/p/.git' OR (m.project IS NULL AND m.root IS '/q')",
  ],
];

let db: Database;
beforeAll(() => {
  db = new Database(":memory:", { strict: true });
  createMissing(db, ":memory:");
});
afterAll(() => db.close(true));

/** Any store at all, or a large one in which nothing but hooks tells of a session after its end. */
type Kind = "any" | "orderly";

class Filler {
  readonly #random: () => number;
  readonly #kind: Kind;

  constructor(seed: number, kind: Kind) {
    this.#random = randomFrom(seed);
    this.#kind = kind;
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #one<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  /** A time of few, so that there are equal ones. */
  #second(days: number): number {
    return NOW_S - this.#below(days * 4) * (DAY_S / 4);
  }

  #text(second: number): string {
    const at = new Date(second * 1000).toISOString().slice(0, 19);
    return this.#one([`${at}+00:00`, `${at}+00:00`, `${at}Z`, at.replace("T", " ")]);
  }

  #odd<T>(text: T): T | string {
    return this.#kind === "any" && this.#below(12) === 0
      ? this.#one(["", "never", "12:00", "2460000", "9999-99-99"])
      : text;
  }

  #told(): unknown {
    const ms = this.#second(30) * 1000 + this.#below(2);
    if (this.#kind === "orderly") return this.#one([null, ms]);
    return this.#one([null, null, ms, ms, ms, ms + 0.5, 0, -1, 8e15, "soon"]);
  }

  session(number: number): void {
    const id = `s${number}`;
    const agent = this.#one(["claude-code", "claude-code", "codex", "headless", "x"]);
    const start = this.#second(30);
    const isOpen = this.#below(this.#kind === "orderly" ? 40 : 4) === 0;
    const end = start + this.#below(12) * 3600;
    const ended = isOpen ? null : this.#odd(this.#text(end));
    db.query(
      "INSERT INTO sessions (id, agent_id, started_at, ended_at) VALUES (?1, ?2, ?3, ?4)",
    ).run(id, agent, this.#odd(this.#text(start)), ended);
    if (this.#below(5) > 0) {
      const told = this.#told() as number | null;
      db.query(`INSERT INTO mm_sessions (session_id, agent_id, client, external_id, project, root, last_event_ms)
        VALUES (?1, ?2, ?3, ?1, ?4, ?5, ?6)`).run(
        id,
        agent,
        this.#one(["claude", "codex", null]),
        this.#one(["/p/.git", "/q/.git", null]),
        this.#one(["/p", "/q", null]),
        told,
      );
    }
    for (let left = this.#below(5); left > 0; left--) this.#event(id, start, isOpen ? NOW_S : end);
  }

  #event(id: string, start: number, end: number): void {
    const at =
      this.#kind === "any"
        ? this.#second(40)
        : start + Math.floor(this.#random() * (end - start + 1));
    db.query(
      "INSERT INTO session_events (session_id, event_type, content, created_at) VALUES (?1, ?2, '', ?3)",
    ).run(id, this.#one(["prompt", "tool_call", "turn_end"]), this.#odd(this.#text(at)));
  }
}

function fill(seed: number, kind: Kind, sessions: number): void {
  const filler = new Filler(seed, kind);
  db.transaction(() => {
    db.run("DELETE FROM session_events; DELETE FROM mm_sessions; DELETE FROM sessions");
    for (let number = 0; number < sessions; number++) filler.session(number);
  })();
}

type Row = Readonly<Record<string, unknown>>;

function listed(filter: Partial<ListFilter>, limit: number): Row[] {
  const { agents = [], project = {}, since = "", until = "" } = filter;
  const asked = { activeOnly: false, limit, order: "active", ...filter } as const;
  return db.query<Row, [Record<string, string | number>]>(listStatement(asked)).all({
    agents: JSON.stringify(agents),
    project: JSON.stringify(project),
    since,
    until,
    limit,
  });
}

function expectTheSame(limits: readonly number[]): void {
  expect(db.query(LAST_ACTIVE).all()).toEqual(db.query(LAST).all());
  for (const limit of limits) {
    const reported = db.query<Row, [number]>(REPORTED).all(limit);
    expect(db.query<Row, [number]>(REPORTED_OF_MANY).all(limit)).toEqual(reported);
    for (const [filter, where] of FILTERS) {
      const told = db.query<Row, [{ limit: number }]>(LISTED(`(${where})`)).all({ limit });
      expect(told.map((row) => row["last_at"])).toEqual(told.map((row) => row["sign"]));
      const all = told.map(({ sign: _, ...row }) => row);
      const keys = Object.keys(all[0] ?? {});
      const rows = listed(filter, limit).map((row) =>
        Object.fromEntries(keys.map((key) => [key, row[key]])),
      );
      expect(rows).toEqual(all);
    }
  }
}

test("the sessions that were active last are the same as if all were looked at", () => {
  for (let seed = 1; seed <= 30; seed++) {
    fill(seed, "any", seed < 28 ? seed * 2 : 300);
    expectTheSame([1, 3, 20]);
  }
});

test("also where there are too many to look at", () => {
  for (let seed = 100; seed < 102; seed++) {
    fill(seed, "orderly", 1500);
    expectTheSame([1, 20, 100]);
  }
});

/** A session of another program that is stored before all others, with one event at its end. */
function storedFirst(endedAt: string): void {
  db.run("DELETE FROM session_events; DELETE FROM mm_sessions; DELETE FROM sessions");
  db.query(
    "INSERT INTO sessions (id, started_at, ended_at) VALUES ('first', '2025-01-01T00:00:00+00:00', ?1)",
  ).run(endedAt);
  db.query(
    "INSERT INTO session_events (session_id, event_type, content, created_at) VALUES ('first', 'prompt', '', ?1)",
  ).run(endedAt);
}

const ADD_MANY = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
  INSERT INTO sessions (id, agent_id, started_at, ended_at)
    SELECT 's' || i, ?1, '2026-03-01T10:00:00+00:00', '2026-03-02T10:00:00+00:00' FROM n`;
const ADD_EVENTS = `INSERT INTO session_events (session_id, event_type, content, created_at)
  SELECT s.id, 'prompt', '', '2026-03-01T11:00:00+00:00' FROM sessions s JOIN json_each('[1, 2]') WHERE s.id <> 'first'`;

test.each([
  ["started long before all others", "2026-03-01T12:00:00+00:00", "codex"],
  ["ended long before those that only wrap a command", "2025-01-02T12:00:00+00:00", "headless"],
])("one that %s may be the last", (_, endedAt, others) => {
  storedFirst(endedAt);
  db.query(ADD_MANY).run(others);
  db.run(ADD_EVENTS);
  expect(db.query(LAST_ACTIVE).all()).toEqual([{ id: "first" }]);
  expectTheSame([1, 20]);
});

test("they are found by indices, and so are the forks of one", () => {
  const asked = { activeOnly: false, limit: 20, order: "active" } as const;
  for (const statement of [listStatement(asked), LAST_ACTIVE, REPORTED_OF_MANY, FORKS]) {
    const plan = db.query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${statement}`).all();
    // The last ones of a table are read from its end; all sessions only where the rest tells nothing.
    const read = plan.filter(({ detail }) => /^SCAN (?:s|m|mm_sessions)\b/u.test(detail));
    const unbounded = read.filter(({ detail }) => !/INDEX (?:idx|mm)_sessions_/u.test(detail));
    expect(unbounded.length).toBeLessThanOrEqual(statement === FORKS ? 0 : 1);
    expect(plan.length).toBeGreaterThan(0);
  }
});

test("however many there are, few are looked at", () => {
  fill(1, "orderly", 1500);
  const recent = LAST_ACTIVE.slice(0, LAST_ACTIVE.indexOf("SELECT s.id FROM recent"));
  const count = db.query<{ n: number }, []>(`${recent} SELECT count(*) AS n FROM recent`).get();
  expect(count?.n).toBeLessThan(900);
});
