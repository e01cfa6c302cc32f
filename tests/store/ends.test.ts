import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const HOUR = 3600;

/** What `mm_sessions` says about the end of a session, next to what memtomem's table says. */
function endOf(id: string) {
  const [row] = world.rows(
    `SELECT s.ended_at, m.ended_ms, m.ended_by, m.end_reason FROM sessions s
      JOIN mm_sessions m ON m.session_id = s.id WHERE s.id = ?1`,
    id,
  );
  return row;
}

/** Sessions that hooks take for live ones: every start of a session reads these. */
function walked(): string[] {
  return world
    .rows<{ id: string }>(
      "SELECT session_id AS id FROM mm_sessions WHERE client IS NOT NULL AND ended_ms IS NULL",
    )
    .map(({ id }) => id);
}

const NOW = "2026-11-24T12:00:00+00:00";
const NOW_MS = Date.parse(NOW);

/** Everything that ends a hook's session, with the rows that it leaves. */
const WAYS: readonly (readonly [string, () => Promise<unknown>, object])[] = [
  ["its agent", () => world.end("clear"), { ended_by: "client", end_reason: "clear" }],
  [
    "the sweep of a start by hand",
    () => world.mm("session", "start", "--auto-end-stale", "24h"),
    { ended_by: "stale", end_reason: "stale" },
  ],
  [
    "the sweep of a start with an id of its own",
    () => world.mm("session", "start", "--external-id", "x", "--auto-end-stale", "24h"),
    { ended_by: "stale", end_reason: "stale" },
  ],
  [
    "the start of another agent",
    async () => {
      world.exec("UPDATE mm_sessions SET last_event_ms = 9e12");
      world.makeHome({ ".current_session": `${world.session().id}\n` });
      await world.mm("session", "start", "-a", "codex", "--idempotent");
    },
    { ended_by: "cross_agent", end_reason: "cross_agent" },
  ],
  [
    "the next start of a hook",
    () => world.start("startup", { session_id: "other" }),
    { ended_by: "stale", end_reason: "stale" },
  ],
  [
    "a person",
    () => world.mm("session", "end", world.session().id),
    { ended_by: null, end_reason: null },
  ],
];

describe.each(WAYS)("a session that is ended by %s", (_, end, told) => {
  test("has ended in both tables, and is no longer read at every start", async () => {
    await world.start();
    const { id } = world.session();
    world.pass(48 * HOUR);
    await end();
    expect(endOf(id)).toEqual({ ended_at: NOW, ended_ms: NOW_MS, ...told });
    expect(walked()).not.toContain(id);
    expect(await world.json("session", "show", id)).toMatchObject(told);
  });
});

test("a wrapped command's session has ended in both tables", async () => {
  await world.mm("session", "wrap", "--", "true");
  const [session] = world.rows<{ id: string; ended_at: string }>(
    "SELECT id, ended_at FROM sessions",
  );
  expect(endOf(session?.id ?? "")).toEqual({
    ended_at: "2026-11-22T12:00:00+00:00",
    ended_ms: world.clock.getTime(),
    ended_by: null,
    end_reason: null,
  });
});

describe("sessions that memtomem ended", () => {
  const OTHERS = 250;

  /** Sessions of hooks. memtomem ended every second one as stale, the others by hand. */
  async function fill(): Promise<void> {
    await world.start();
    world.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${OTHERS})
      INSERT INTO sessions (id, agent_id, started_at, ended_at, metadata) SELECT 'm' || i, 'claude-code',
        '2026-11-20T10:00:00+00:00', '2026-11-20T11:00:00+00:00',
        iif(i % 2, '{"auto_ended":true,"reason":"stale"}', '{}') FROM n;
      INSERT INTO mm_sessions (session_id, agent_id, external_id, client, last_event_ms)
        SELECT id, agent_id, id, 'claude', 5 FROM sessions WHERE id LIKE 'm%'`);
  }

  const expected = { ended_at: "2026-11-20T11:00:00+00:00", ended_ms: 1_795_172_400_000 };

  test("are marked as ended by gc, however many there are", async () => {
    await fill();
    expect(walked().length).toBe(OTHERS + 1);
    await world.mm("gc");
    expect(walked()).toEqual([world.session().id]);
    expect(endOf("m1")).toEqual({ ...expected, ended_by: "stale", end_reason: "stale" });
    expect(endOf("m2")).toEqual({ ...expected, ended_by: null, end_reason: null });
  });

  test("or when a hook starts a session, a bounded number at a time", async () => {
    await fill();
    await world.start("startup", { session_id: "next" });
    expect(walked().length).toBe(OTHERS + 2 - 100);
    await world.start("startup", { session_id: "next but one" });
    await world.start("startup", { session_id: "the last" });
    expect(walked().length).toBe(4);
  });

  test("and don't keep other sessions from being ended as stale", async () => {
    await fill();
    world.pass(25 * HOUR);
    for (const id of ["a", "b", "c"]) await world.start("startup", { session_id: id });
    expect(world.session()).toMatchObject({ ended_by: "stale" });
  });
});
