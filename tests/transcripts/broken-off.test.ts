import { afterEach, beforeEach, expect } from "bun:test";
import { writeFileSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { makeRepository } from "../support/git.ts";
import { needs } from "../support/tools.ts";

const ID = "00000001-1111-4222-8333-444444444444";
const test = needs("git");

let world: HistoryWorld;
let shop: string;
/** A thread of Codex' whose file is compressed and lacks the end of its last line. */
beforeEach(() => {
  world = new HistoryWorld();
  shop = `${world.folder}/shop`;
  makeRepository(shop);
  const at = { timestamp: "2026-11-20T10:00:00Z" };
  const said = Array.from({ length: 1500 }, (_, nth) => ({
    ...{ ...at, type: "event_msg" },
    payload: { type: "user_message", message: `prompt ${nth}` },
  }));
  const lines = [{ ...at, type: "session_meta", payload: { id: ID, cwd: shop } }, ...said];
  const text = lines.map((line) => JSON.stringify(line)).join("\n");
  const path = world.leave(`.codex/sessions/rollout-2026-11-20T10-00-00-${ID}.jsonl.zst`, "");
  writeFileSync(path, Bun.zstdCompressSync(text));
});
afterEach(() => world[Symbol.dispose]());

test("what could be read of a transcript belongs to its repository", async () => {
  const [report] = await world.backfill("codex");
  expect(report).toMatchObject({ sessions: 1, problems: [expect.stringContaining("its end")] });
  expect(world.fact(ID, "project")).toBe(`${shop}/.git`);
});

test("what could be read of a transcript is told, and what couldn't", async () => {
  const { out, err } = await world.mm("backfill", "codex");
  expect(err).toContain("the compressed file lacks its end");
  const [header, line] = out.split("\n");
  expect(header).toMatch(/^Agent +Read +Size +Sessions +Events /u);
  expect(line).toMatch(/^Codex CLI +0 +0 bytes +1 +1\d{3} /u);
});

test("once there is nothing new in it, only that is told", async () => {
  await world.mm("backfill", "codex");
  const { out, err } = await world.mm("backfill", "codex");
  expect(err).toContain("the compressed file lacks its end");
  expect(out).toBe("No transcript was read.\n");
});
