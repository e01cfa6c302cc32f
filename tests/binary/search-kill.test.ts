import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { cpSync, existsSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { killAfter } from "../support/killers.ts";

const EVENTS = 20_000;

function fill(box: Sandbox): void {
  const db = new Database(box.database);
  db.run(`INSERT INTO sessions (id, agent_id, started_at) VALUES ('s', 'x', '2026-01-01T00:00:00+00:00');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
    INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT 's', 'note', 'word' || i || ' 한국 common', '2026-01-01T00:00:00+00:00' FROM n`);
  db.close(true);
}

function indexed(box: Sandbox): { n: number; check: string } | null {
  const db = new Database(`${box.database}.mm-search`);
  try {
    return db
      .query<{ n: number; check: string }, []>(
        `SELECT (SELECT count(*) FROM search_text_docsize WHERE id > 0) AS n,
          (SELECT integrity_check FROM pragma_integrity_check) AS "check"`,
      )
      .get();
  } finally {
    db.close(true);
  }
}

test("killed while it indexes, a search goes on where it was, and nothing is indexed twice", async () => {
  using template = new Sandbox();
  await template.mm(["session", "start"]);
  fill(template);
  let begun = 0;
  // On a busy machine it begins later.
  for (let ms = 10; ms <= 400 || begun <= 3; ms += ms < 400 ? 30 : ms) {
    using box = new Sandbox();
    cpSync(template.home, box.home, { recursive: true });
    await killAfter(box, ["search", "common"], ms);
    await killAfter(box, ["search", "common"], ms);
    if (existsSync(`${box.database}.mm-search`)) begun++;
    const { code, out, err } = await box.mm(["search", "국", "common", "--json"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const answer = JSON.parse(out) as { sessions: { match_count: number }[] };
    expect(answer.sessions.map((found) => found.match_count)).toEqual([EVENTS]);
    expect(indexed(box)).toEqual({ n: EVENTS, check: "ok" });
  }
});

test("searches at once, beside an agent that logs, index everything once", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  fill(box);
  const log = Array.from({ length: 5 }, (_, n) => box.mm(["activity", "log", "-c", `logged${n}`]));
  const searches = Array.from({ length: 3 }, () => box.mm(["search", "common", "--json"]));
  for (const { code } of await Promise.all([...log, ...searches])) expect(code).toBe(0);
  expect((await box.mm(["search", "logged*"])).out).toContain("logged");
  expect(indexed(box)).toEqual({ n: EVENTS + 5, check: "ok" });
});

test("a catch-up in mid-transaction keeps no hook waiting", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  await box.mm(["search", "x"]);
  const index = new Database(`${box.database}.mm-search`);
  index.run("BEGIN EXCLUSIVE");
  const { code, out } = await box.mm(["activity", "log", "-c", "beside", "--json"]);
  expect({ code, isStored: out.includes('"ok":true') }).toEqual({ code: 0, isStored: true });
  index.close(true);
  expect((await box.mm(["search", "beside"])).out).toContain("1 session");
});
