import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { createMissing } from "../../src/store/schema.ts";
import { type Rewriting, rewriteText, TEXTS } from "../../src/store/stored-rows.ts";

const db = new Database(":memory:", { strict: true });
createMissing(db, ":memory:");
db.run(`INSERT INTO sessions (id, started_at, summary) VALUES ('s', 't', 'old');
  INSERT INTO mm_early_ends (agent_id, external_id, at_ms, reason) VALUES ('a', 'b', 1, 'old'), ('a', 'c', 1, 'old')`);

const rewriting = (fields: Partial<Rewriting>): Rewriting => ({
  table: "sessions",
  key: 1,
  column: "summary",
  before: "old",
  after: "new",
  ...fields,
});

test("the columns with texts are these", () => {
  expect(TEXTS.sessions.columns).toEqual(["summary", "metadata"]);
  expect(TEXTS.session_events.columns).toEqual(["content", "metadata"]);
  expect(TEXTS.mm_sessions.columns).toContain("transcript");
  expect(TEXTS.mm_sessions.columns).not.toContain("external_id");
});

test("a text that somebody has changed meanwhile is left alone", () => {
  expect(rewriteText(db, rewriting({ before: "older" }))).toBe(false);
  expect(rewriteText(db, rewriting({ key: 2 }))).toBe(false);
  expect(rewriteText(db, rewriting({}))).toBe(true);
  expect(rewriteText(db, rewriting({}))).toBe(false);
  expect(db.query("SELECT summary FROM sessions").all()).toEqual([{ summary: "new" }]);
});

test("a row without a rowid is told by what it is of", () => {
  const key = "a\0b";
  expect(rewriteText(db, rewriting({ table: "mm_early_ends", column: "reason", key }))).toBe(true);
  expect(db.query("SELECT reason FROM mm_early_ends ORDER BY external_id").values()).toEqual([
    ["new"],
    ["old"],
  ]);
});
