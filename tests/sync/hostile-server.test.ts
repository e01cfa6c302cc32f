import { expect } from "bun:test";
import { Peer } from "../support/postgres/peer.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql");
const stageOf = stageOfFile();

const SOURCE = "'00000000-0000-4000-8000-0000000000ff'";

/** What somebody may have written into their own rows: id, times, count, metadata and `own`. */
const SESSIONS: readonly string[] = [
  `E'quo"te''s\\x1b[31m', now(), 1, '{}', '{}'`,
  `'before Christ', '0044-03-15 BC', -5, '[1,2]', '[1]'`,
  `'for ever', 'infinity', 1, 'null', 'null'`,
  `'since ever', '-infinity', 1, '"text"', '"text"'`,
  `'far away', '290000-01-01', 1, '{"title":{"a":1}}', '{"no column":1,"transcript":"/etc/passwd","cwd":"/etc"}'`,
  `'other types', now(), 2000000000, '{"a":1,"a":2}', '{"client_version":{"a":[1]},"started":"yes","history":1e400}'`,
  `'', now(), 1, '{}', '{}'`,
  `'large', now(), 6, json_build_object('title', repeat('T', 1000000)), '{}'`,
];

const EVENTS: readonly string[] = [
  `1, 'infinity', E'no\\x1b[31mte', repeat('x', 1000000), '[1]'`,
  `2, NULL, '', '', 'null'`,
  `3, '-infinity', 'tool_call', 'c', '"text"'`,
  `4, '0044-03-15 BC', 'tool_call', 'c', '{"tool":{"a":1}}'`,
  `5, now(), 'note', 'the last', '{}'`,
  `9223372036854775807, now(), 'note', 'no machine counts so far', '{}'`,
];

const USAGE: readonly string[] = [
  `'a', 'infinity', E'm\\x1b[31m', -5, 9223372036854775807, 'NaN'`,
  `'b', now(), '1234', 1, 9223372036854775807, 'Infinity'`,
];

const SOURCE_ROW = `INSERT INTO mm.source (source_id, machine, holder, last_rev, pushed_at)
  VALUES (${SOURCE}, E'a\\x1b[31m\\x07\\nfoe', 'h', 9223372036854775807, 'infinity')`;
const sessionRow = (values: string, at: number) => `INSERT INTO mm.session
  (source_id, rev, print, bucket, agent_id, last_event, session_id, started_at, event_count, metadata, own)
  VALUES (${SOURCE}, ${at + 1}, '', '2026-01-01', '', 5, ${values})`;
const eventRow = (values: string) => `INSERT INTO mm.event
  (source_id, session_id, bucket, seq, at, type, content, metadata)
  VALUES (${SOURCE}, 'large', '2026-01-01', ${values})`;
const usageRow = (values: string) => `INSERT INTO mm.usage
  (source_id, session_id, client, cache_write_5m, cache_write_1h, output, reasoning, calls, is_fast, hidden,
   call_id, at, model, input, cache_read, cost_told)
  VALUES (${SOURCE}, 'large', 'claude', 0, 0, 0, 0, -1, 7, 0, ${values})`;

const READING: readonly string[] = [
  "list",
  "ps",
  "search the",
  "show large",
  "events large",
  "export large",
  "stats",
  "stats tokens",
  "stats cost",
];

test("whatever stands on the server is pulled, and nothing that reads it fails", async () => {
  const stage = await stageOf();
  const database = await stage.server.newDatabase();
  using desk = await Peer.join(stage, database, "desk");
  const id = await desk.record("of the desk");
  await desk.push();
  const rows = [...SESSIONS.map(sessionRow), ...EVENTS.map(eventRow), ...USAGE.map(usageRow)];
  for (const row of [SOURCE_ROW, ...rows]) await stage.server.run(row, database);
  using laptop = await Peer.join(stage, database, "laptop");
  const { pulled } = await laptop.pull();
  expect(pulled).toEqual({ sessions: SESSIONS.length + 1, events: EVENTS.length });
  expect(
    laptop.pulled("SELECT content FROM session_events WHERE session_id = 'large' ORDER BY id"),
  ).toHaveLength(EVENTS.length - 1);
  expect(
    laptop.pulled("SELECT 1 FROM mm_sessions WHERE transcript IS NOT NULL OR cwd IS NOT NULL"),
  ).toEqual([]);
  for (const words of READING) {
    const argv = [...words.split(" "), "--machine", "all"];
    expect(await laptop.run(...argv)).not.toContain("\u001b");
    if (!words.startsWith("export")) await laptop.json(...argv);
  }
  expect(await laptop.run("show", id, "--machine", "all")).toContain("of the desk");
  expect(await laptop.run("sync", "status")).not.toContain("\u001b");
  await laptop.json("sync", "status");
  const unknown = await laptop.mm("list", "--machine", "nobody");
  expect(unknown.err).not.toContain("\u001b");
});
