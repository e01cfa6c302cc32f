import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { TranscriptFiles } from "../../src/transcripts/files.ts";
import { commitsIn } from "../../src/transcripts/places/commits.ts";
import { HistoryWorld } from "../support/backfilled.ts";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

test("a transcript is opened once for its commit", () => {
  const commit = "a".repeat(40);
  const path = world.leave("events.jsonl", [{ data: { context: { headCommit: commit } } }]);
  const commitOf = commitsIn(new TranscriptFiles(world.clock.getTime()));
  expect(commitOf("copilot", path)).toBe(commit);
  rmSync(path);
  expect(commitOf("copilot", path)).toBe(commit);
  expect(commitOf("copilot", null)).toBeNull();
});
