import { Database } from "bun:sqlite";
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { randomFrom } from "../support/random.ts";

setDefaultTimeout(120_000);

const SECRET = "Vt42LQVCHo83hSLk";
const EVENTS = 6000;

const box = new Sandbox();
afterAll(() => box[Symbol.dispose]());

function withDatabase<T>(work: (db: Database) => T): T {
  const db = new Database(box.database, { strict: true });
  try {
    return work(db);
  } finally {
    db.close(true);
  }
}

const STORE_SECRETS = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
  INSERT INTO session_events (session_id, event_type, content, created_at)
  SELECT (SELECT id FROM sessions), 'note', 'mysql -u root -p${SECRET} shop # ' || i, '2026-03-10T12:00:00+00:00' FROM n`;

/** How many events still have their secret; no event is anything else than as it was or redacted. */
function left(): number {
  return withDatabase((db) => {
    expect(db.query("PRAGMA integrity_check").values()).toEqual([["ok"]]);
    const rows = db
      .query<{ content: string }, []>(
        "SELECT content FROM session_events WHERE content LIKE 'mysql%'",
      )
      .all();
    const found = rows.map(({ content }) => content.replace(/ #.*$/u, ""));
    const kinds = new Set(found);
    kinds.delete(`mysql -u root -p${SECRET} shop`);
    kinds.delete("mysql -u root -p[redacted:command-line] shop");
    expect([...kinds]).toEqual([]);
    return found.filter((content) => content.includes(SECRET)).length;
  });
}

test("killed at any time, a rescan leaves whole texts, and the next one goes on", async () => {
  const random = randomFrom(11);
  await box.mm(["session", "start"]);
  withDatabase((db) => db.run(STORE_SECRETS));
  let before = left();
  expect(before).toBe(EVENTS);
  for (let round = 0; round < 8; round++) {
    const child = box.spawn(["redact", "--rescan"]);
    await Bun.sleep(20 + Math.floor(random() * 120));
    child.kill("SIGKILL");
    await child.exited;
    const now = left();
    expect(now).toBeLessThanOrEqual(before);
    before = now;
  }
  // Whoever writes meanwhile isn't kept waiting for long.
  const [rescanned, logged] = await Promise.all([
    box.mm(["redact", "--rescan", "--json"]),
    box.mm(["activity", "log", "-c", "meanwhile"]),
  ]);
  expect({ code: rescanned.code, logged: logged.code }).toEqual({ code: 0, logged: 0 });
  expect(JSON.parse(rescanned.out)).toMatchObject({ secrets: before, events: before });
  expect((await box.mm(["redact", "--rescan", "--json"])).out).toContain('"secrets":0');
  expect(left()).toBe(0);
});
