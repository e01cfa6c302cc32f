import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { ZstdFile } from "../../src/transcripts/compressed/zstd.ts";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const PATH =
  ".codex/sessions/2026/11/26/rollout-2026-11-26T11-32-53-01a217a1-41fe-77b3-9bb4-64e9fb2155b1.jsonl";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
  copyHome("codex", world.user);
});
afterEach(() => world[Symbol.dispose]());

const file = () => `${world.user}/${PATH}`;
const stored = () =>
  world.rows(
    "SELECT event_type, content, at_ms FROM session_events e JOIN mm_events m ON m.event_id = e.id ORDER BY 1, 2, 3",
  );
const sessions = () =>
  world.rows("SELECT ended_by, model, cwd FROM mm_sessions ORDER BY external_id");

/** Takes the place of the plain file, as Codex does it. */
function compress(frames: readonly Uint8Array[]): void {
  writeFileSync(`${file()}.zst`, Buffer.concat(frames));
  rmSync(file(), { force: true });
}

test("a compressed transcript tells the same, in one frame or several", async () => {
  using plain = new HistoryWorld();
  copyHome("codex", plain.user);
  await plain.backfill("codex");
  const text = readFileSync(file());
  compress([text.subarray(0, 5000), text.subarray(5000)].map((each) => Bun.zstdCompressSync(each)));
  await world.backfill("codex");
  const sql = "SELECT event_type, content FROM session_events ORDER BY 1, 2";
  expect(world.rows(sql)).toEqual(plain.rows(sql));
  expect(world.calls()).toEqual(plain.calls());
});

test("one that lacks its end is told, and stored once when it is whole", async () => {
  const whole = Bun.zstdCompressSync(readFileSync(file()));
  compress([whole.subarray(0, whole.length - 40)]);
  const [cut] = await world.backfill("codex");
  expect(cut?.problems.join()).toContain("the compressed file lacks its end");
  compress([whole]);
  const [again] = await world.backfill("codex");
  expect(again?.problems).toEqual([]);
  using plain = new HistoryWorld();
  copyHome("codex", plain.user);
  await plain.backfill("codex");
  const sql = "SELECT event_type, content FROM session_events ORDER BY 1, 2";
  expect(world.rows(sql)).toEqual(plain.rows(sql));
});

test("what could be read of a session until then belongs to a whole one", async () => {
  // Random text doesn't compress, so that there is much before the end.
  const random = Array.from({ length: 400 }, () => crypto.randomUUID()).join(" ");
  const answer = { type: "AgentMessage", content: [{ type: "Text", text: random }] };
  const line = JSON.stringify({
    timestamp: "2026-11-26T12:00:00.000Z",
    type: "event_msg",
    payload: { type: "item_completed", turn_id: "t", item: answer },
  });
  const whole = Bun.zstdCompressSync(`${readFileSync(file(), "utf8")}${`${line}\n`.repeat(1500)}`);
  compress([whole.subarray(0, whole.length - 40)]);
  await world.backfill("codex");
  expect(stored().length).toBeGreaterThan(10);
  expect(sessions().filter(({ cwd }) => cwd === null)).toEqual([]);
});

test("rubbish is told by name, and the others are read", async () => {
  writeFileSync(`${file().replace("2155b1", "2155b2")}.zst`, "rubbish\n".repeat(100));
  const [report] = await world.backfill("codex");
  expect(report?.problems).toHaveLength(1);
  expect(report?.sessions).toBe(3);
});

test("however long it is, it comes through the buffer that is given", () => {
  const path = `${world.user}/long.jsonl.zst`;
  writeFileSync(path, Bun.zstdCompressSync(`${"x".repeat(1023)}\n`.repeat(20_000)));
  const opened = new ZstdFile(path);
  const buffer = Buffer.allocUnsafe(4096);
  let bytes = 0;
  for (let filled = -1; filled !== 0; bytes += filled) filled = opened.fill(buffer);
  opened.close();
  expect(bytes).toBe(20_480_000);
});
