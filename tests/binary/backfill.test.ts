import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

const ID = "33333333-3333-4333-8333-333333333333";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box[Symbol.dispose]());

/** A transcript that takes several transactions. */
function long(prompts: number, { folder: home } = box): void {
  const folder = `${home}/.claude/projects/-w`;
  mkdirSync(folder, { recursive: true });
  const line = (nth: number, type: string, message: object) =>
    JSON.stringify({
      type,
      message,
      uuid: `00000000-0000-4000-8000-${String(nth).padStart(12, "0")}`,
      timestamp: new Date(Date.UTC(2026, 9, 1) + nth * 1000).toISOString(),
      sessionId: ID,
      cwd: "/w",
      requestId: `req_${nth}`,
    });
  const lines = Array.from({ length: prompts }, (_, nth) => [
    line(2 * nth, "user", { content: `prompt ${nth}` }),
    line(2 * nth + 1, "assistant", {
      id: `msg_${nth}`,
      model: "claude-opus-5-5",
      content: [{ type: "text", text: `answer ${nth}` }],
      usage: { input_tokens: 1, output_tokens: 2 },
    }),
  ]);
  writeFileSync(`${folder}/${ID}.jsonl`, `${lines.flat().join("\n")}\n`);
}

function counts() {
  const db = new Database(box.database, { readonly: true });
  const one = (sql: string) =>
    Object.values(db.query<Record<string, number>, []>(sql).get() ?? {})[0];
  const found = {
    sessions: one("SELECT count(*) FROM sessions"),
    events: one("SELECT count(*) FROM session_events"),
    different: one("SELECT count(DISTINCT content) FROM session_events"),
    calls: one("SELECT sum(calls) FROM mm_usage"),
    files: one("SELECT count(*) FROM mm_transcripts"),
  };
  db.close();
  return found;
}

const WHOLE = { sessions: 1, events: 3000, different: 3000, calls: 1500, files: 1 };

test("two at once store everything once", async () => {
  long(1500);
  const both = await Promise.all([
    box.mm(["backfill"]),
    box.mm(["backfill"]),
    box.mm(["backfill"]),
  ]);
  expect(both.map(({ code, err }) => ({ code, err }))).toEqual(
    both.map(() => ({ code: 0, err: "" })),
  );
  expect(counts()).toEqual(WHOLE);
});

/** All that transcripts have become, without the ids that each run makes up. */
function allRows(box: Sandbox) {
  const db = new Database(box.database, { readonly: true });
  const of = (sql: string) => JSON.stringify(db.query(sql).all()).replaceAll(box.folder, "~");
  const found = {
    sessions: of(
      `SELECT m.external_id, s.started_at, s.ended_at, s.summary, s.metadata, m.ended_by, m.cwd, m.model, m.root
        FROM sessions s JOIN mm_sessions m ON m.session_id = s.id ORDER BY 1`,
    ),
    events: of(
      `SELECT m.external_id, e.event_type, e.content, e.metadata, o.at_ms, o.dedup_key, o.line FROM session_events e
        JOIN mm_events o ON o.event_id = e.id JOIN mm_sessions m ON m.session_id = e.session_id ORDER BY 1, e.id`,
    ),
    usage: of(
      `SELECT u.*, m.external_id AS session_id FROM mm_usage u JOIN mm_sessions m ON m.session_id = u.session_id
        ORDER BY u.client, u.call_id`,
    ),
    files: of("SELECT path, size, taken, passed_over FROM mm_transcripts ORDER BY 1"),
  };
  db.close();
  return found;
}

test("however often it is killed, in the end there is what one that nobody disturbed has stored", async () => {
  using undisturbed = new Sandbox();
  for (const each of [box, undisturbed]) {
    for (const agent of AGENTS_WITH_FIXTURES) copyHome(agent, each.folder);
    long(1500, each);
  }
  await undisturbed.mm(["backfill"]);
  for (let nth = 0; nth < 20; nth++) {
    const child = box.spawn(["backfill"]);
    await Bun.sleep(30 + ((nth * 37) % 150));
    child.kill("SIGKILL");
    await child.exited;
  }
  expect((await box.mm(["backfill"])).code).toBe(0);
  expect(allRows(box)).toEqual(allRows(undisturbed));
});

test("all agents' trees side by side, as somebody who is new would", async () => {
  for (const agent of AGENTS_WITH_FIXTURES) copyHome(agent, box.folder);
  const { code, out, err } = await box.mm(["backfill"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  for (const name of ["Claude Code", "Codex CLI", "Gemini CLI", "OpenCode", "Kimi Code", "Cline"]) {
    expect(out).toContain(name);
  }
  expect((await box.mm(["stats", "cost", "--by", "agent"])).out).toContain("≥ $0.29");
  expect((await box.mm(["search", "failtool", "--json"])).out).toContain("failtool please");
  expect((await box.mm(["backfill"])).out).toContain("Nothing new");
});
