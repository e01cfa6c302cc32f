import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import * as completion from "../../src/completion/sql.ts";
import * as digest from "../../src/digest/sql.ts";
import * as install from "../../src/install/sql.ts";
import { ACTIVE_SESSIONS } from "../../src/live/sql.ts";
import type { ProjectFilter } from "../../src/projects/sql.ts";
import * as hooks from "../../src/record/sql.ts";
import * as resume from "../../src/resume/sql.ts";
import { countStatement, type ListFilter, listStatement } from "../../src/show/list/sql.ts";
import { ACTIVE_SECONDS, DETAILS, timelineStatement } from "../../src/show/sql.ts";
import { READ_AGAIN } from "../../src/store/history/retold.ts";
import * as recent from "../../src/store/recent/recent.ts";
import * as sql from "../../src/store/statements.ts";
import { UNLIKE_OTHERS } from "../../src/store/statements.ts";
import { needs } from "../support/tools.ts";
import { World } from "../support/world.ts";

const fixed = [sql, recent, hooks, install, resume, completion]
  .flatMap((module) => Object.values<unknown>(module))
  .flatMap((value) => (typeof value === "string" ? [value] : Object.values(value ?? {})))
  .filter((value) => typeof value === "string");
const flags = [undefined, "x"];
const projects: (ProjectFilter | undefined)[] = [
  undefined,
  { projects: ["/p/.git"], roots: ["/p"] },
];
const listed = (filter: Omit<ListFilter, "order">) => [
  listStatement({ ...filter, order: "started" }),
  listStatement({ ...filter, order: "active" }),
  countStatement(filter),
];
const lists = [undefined, ["x"]].flatMap((agents) =>
  flags.flatMap((since) =>
    flags.flatMap((until) =>
      projects.flatMap((project) =>
        listed({ agents, since, until, project, activeOnly: since === until, limit: 1 }),
      ),
    ),
  ),
);
const shown = [
  ACTIVE_SESSIONS,
  DETAILS,
  ...(["whole", "first", "last"] as const).map((form) => timelineStatement(form)),
];
const read = [...shown, ACTIVE_SECONDS, ...Object.values<unknown>(digest), UNLIKE_OTHERS];
const statements = [...fixed, ...lists, ...read]
  .filter((text) => typeof text === "string")
  .filter(
    // Other strings are parts of statements, or start and end transactions.
    (text) => /^(SELECT|WITH|INSERT|UPDATE|DELETE)\b/u.test(text),
  );

let world: World;
beforeAll(async () => {
  world = new World();
  await world.mm("session", "start");
});
afterAll(() => world[Symbol.dispose]());

test("there are statements to prepare", () => {
  expect(statements.length).toBeGreaterThan(50);
});

test("every statement is prepared by this SQLite", () => {
  const db = new Database(world.database);
  for (const text of statements) expect(() => db.prepare(text)).not.toThrow();
  db.close(true);
});

test("live sessions are found by indices, however many have ended", () => {
  const db = new Database(world.database);
  const plan = planOf(db, ACTIVE_SESSIONS);
  db.close(true);
  expect(plan[0]).toBe("SCAN s USING INDEX mm_sessions_active");
  expect(plan.filter((step) => /^SCAN (?![slt]\b|\(subquery)/u.test(step))).toEqual([]);
});

needs("sqlite3")("and by the SQLite of the sqlite3 shell", () => {
  const script = statements.map((text) => `EXPLAIN ${text};`).join("\n");
  const result = Bun.spawnSync(["sqlite3", "-bail", world.database], {
    stdin: Buffer.from(script),
  });
  expect(result.stderr.toString()).toBe("");
  expect(result.exitCode).toBe(0);
});

/** The steps by which SQLite answers. */
function planOf(db: Database, text: string): string[] {
  return db
    .query<{ detail: string }, []>(`EXPLAIN QUERY PLAN ${text}`)
    .all()
    .map(({ detail }) => detail);
}

/** The tables that grow for ever, by the names that statements give them. */
const GROWING =
  /^SCAN (s|m|e|sessions|mm_sessions|session_events|mm_events)\b(?!.* USING (?:COVERING )?INDEX)/u;

/** Whether a plan reads all of a table that grows; what was selected from one before may have its name. */
function readsAll(plan: readonly string[]): boolean {
  return plan.some((step) => {
    const [, name = ""] = GROWING.exec(step) ?? [];
    return (
      name !== "" &&
      !plan.some((each) => /^(?:CO-ROUTINE|MATERIALIZE) /u.test(each) && each.endsWith(` ${name}`))
    );
  });
}

test("what hooks ask is found by indices, however much is stored", () => {
  const db = new Database(world.database, { readonly: true });
  const asked = [sql, hooks].flatMap((module) => Object.entries<unknown>(module));
  const all = asked.filter(([, text]) => statements.includes(text as string));
  const slow = all.filter(([, text]) => readsAll(planOf(db, text as string)));
  db.close();
  expect(all.length).toBeGreaterThan(30);
  // A project that is moved has every session looked at, once.
  expect(slow.map(([name]) => name)).toEqual(["SESSION_PATHS"]);
});

test("by the time of their end only lists look for sessions: thousands have one", () => {
  const db = new Database(world.database, { readonly: true });
  const users = statements.filter((text) => planOf(db, text).join().includes("mm_sessions_ended"));
  db.close();
  expect(users.length).toBeGreaterThan(1);
  expect(users.filter((text) => !text.includes("s.ended_at >="))).toEqual([]);
});

test("of thousands of transcripts, those of one session are found by an index", () => {
  const db = new Database(world.database, { readonly: true });
  const plan = planOf(db, READ_AGAIN);
  db.close();
  expect(plan).toContain("SEARCH mm_transcripts USING INDEX mm_transcripts_session (session_id=?)");
  expect(plan.filter((step) => step.startsWith("SCAN"))).toEqual([]);
});

test("whom another program has ended is looked for among those that run", () => {
  const db = new Database(world.database, { readonly: true });
  const plan = [sql.ENDED_ELSEWHERE, sql.NOTE_ENDS].flatMap((text) => planOf(db, text));
  db.close();
  expect(plan.join("\n")).toContain("mm_sessions_live");
});
