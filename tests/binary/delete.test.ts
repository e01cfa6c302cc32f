import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { untilItWaits } from "../support/idle.ts";
import { killAfter } from "../support/killers.ts";
import { exec, integrity, rows } from "../support/stored.ts";

const THEIRS = "2ea541f5-106f-48e5-8a53-a7c46d1346c7";
const OTHER = "the-other";

const candidates = (session: string, count: number) =>
  `INSERT INTO memory_candidates (id, session_id, kind, operation, destination, content,
      confidence, extractor_version, fingerprint, created_at, expires_at)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    SELECT hex(randomblob(8)), '${session}', 'k', 'o', 'd', 'x', 1, 'v', hex(randomblob(8)), '2026', '2027' FROM n;`;
const TRANSITIONS = `INSERT INTO memory_candidate_transitions
    (candidate_id, from_status, to_status, actor, reason, created_at)
  SELECT id, 'a', 'b', 'c', 'd', '2026' FROM memory_candidates;`;

let box: Sandbox;
/** memtomem's own file, which `mm` has written to as well, with another ended session. */
beforeEach(async () => {
  box = new Sandbox();
  mkdirSync(box.home);
  copyFileSync(`${import.meta.dir}/../fixtures/memtomem/head.db`, box.database);
  expect((await box.mm(["session", "start"])).code).toBe(0);
  expect((await box.mm(["session", "end"])).code).toBe(0);
  exec(box, `INSERT INTO sessions (id, started_at, ended_at) VALUES ('${OTHER}', '2020', '2020')`);
});
afterEach(() => box[Symbol.dispose]());

/** How many rows each table has, but for those that SQLite and FTS5 keep. */
function counts(): Record<string, number> {
  const tables = rows<{ name: string }>(
    box,
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%'
      AND name NOT LIKE 'sqlite%' AND name NOT IN ('mm_deleting', 'mm_meta') ORDER BY name`,
  );
  return Object.fromEntries(
    tables.map(({ name }) => [
      name,
      rows<{ n: number }>(box, `SELECT count(*) AS n FROM "${name}"`)[0]?.n ?? -1,
    ]),
  );
}

function whole(): void {
  expect(integrity(box)).toBe("ok");
  expect(rows(box, "PRAGMA foreign_key_check")).toEqual([]);
}

/** Starts `mm` while another program holds the lock, and lets that one commit what it did once `mm` waits. */
async function besides(change: string, argv: readonly string[]) {
  const db = new Database(box.database);
  try {
    db.run(`BEGIN IMMEDIATE; ${change}`);
    const child = box.spawn(argv);
    await untilItWaits(child);
    db.run("COMMIT");
    return await box.outcome(child);
  } finally {
    db.close(true);
  }
}

describe("while another program writes,", () => {
  test("a session that it opens again keeps all that hangs on it, and so do the others", async () => {
    exec(box, `${candidates(THEIRS, 3)} ${candidates(OTHER, 2)} ${TRANSITIONS}`);
    const before = counts();
    const outcome = await besides(`UPDATE sessions SET ended_at = NULL WHERE id = '${THEIRS}'`, [
      ...["session", "delete", "--yes", "--force", OTHER, THEIRS],
    ]);
    expect(outcome).toMatchObject({
      code: 1,
      out: "",
      err: `mm: session ${THEIRS} has changed in the meantime and none was deleted
  hint: look at it with \`mm session list\`, then run this again
`,
    });
    expect(counts()).toEqual(before);
  });

  test("what it adds to a session goes too, and is told", async () => {
    const before = counts();
    const change = `${candidates(THEIRS, 1)} ${TRANSITIONS}
      INSERT INTO session_events (session_id, event_type, content, created_at)
        VALUES ('${THEIRS}', 'note', 'late', '2026');`;
    const outcome = await besides(change, ["session", "delete", "--force", THEIRS]);
    expect(outcome).toMatchObject({
      code: 0,
      out: `Session deleted: ${THEIRS}
  With: 3 events, 1 row of memory_candidates, 1 row of memory_candidate_transitions
`,
    });
    const { sessions = 0, session_events = 0 } = before;
    expect(counts()).toEqual({
      ...before,
      sessions: sessions - 1,
      session_events: session_events - 2,
    });
    whole();
  });

  test("a row that it adds in a table that forbids it is respected", async () => {
    exec(box, "CREATE TABLE theirs (sid TEXT REFERENCES sessions(id))");
    exec(box, `${candidates(THEIRS, 3)} ${TRANSITIONS}`);
    const before = counts();
    const change = `INSERT INTO theirs VALUES ('${THEIRS}')`;
    const outcome = await besides(change, ["session", "delete", "--yes", "--force", OTHER, THEIRS]);
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain("1 row of theirs refer to it, and that table forbids it");
    expect(counts()).toEqual({ ...before, theirs: 1 });
  });

  test("a session of ours that it refers to now stays without --force", async () => {
    const started = await box.mm(["session", "start", "--json"]);
    const { session_id: id } = JSON.parse(started.out) as { session_id: string };
    await box.mm(["session", "end"]);
    const { memory_candidates = 0, ...before } = counts();
    const outcome = await besides(candidates(id, 1), ["session", "delete", id]);
    expect(outcome.code).toBe(1);
    expect(outcome.err).toContain("has changed in the meantime and was not deleted");
    expect(counts()).toEqual({ ...before, memory_candidates: memory_candidates + 1 });
    whole();
  });
});

test.each(Array.from({ length: 16 }, (_, n) => n))(
  "killed at any moment, --force leaves all sessions with what hangs on them, or none: %d",
  async (n) => {
    exec(box, `${candidates(THEIRS, 2000)} ${candidates(OTHER, 2000)} ${TRANSITIONS}`);
    const before = counts();
    await killAfter(box, ["session", "delete", "--yes", "--force", THEIRS, OTHER], 8 + n * 5);
    const { sessions = 0, memory_candidates, memory_candidate_transitions } = counts();
    const isGone = sessions === (before["sessions"] ?? 0) - 2;
    const left = isGone ? 0 : 4000;
    expect({ memory_candidates, memory_candidate_transitions }).toEqual({
      memory_candidates: left,
      memory_candidate_transitions: left,
    });
    if (!isGone) expect(counts()).toEqual(before);
    expect((await box.mm(["gc"])).code).toBe(0);
    whole();
  },
);
