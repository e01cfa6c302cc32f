import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const GONE = "00000000-1111-4222-8333-444444444444";
const KEPT = "4ed12102-7545-43e2-a232-7c7a705cdd97";
const OLD = Date.parse("2026-10-01T10:00:00Z");
const NEW = Date.parse("2026-11-27T11:00:00Z");
const LATER = NEW + 3 * 24 * 3600 * 1000;

const TOKEN = "16C7e42F292c6912E7710c838347Ae178B4a";

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const line = (sessionId: string, display: string, timestamp: number) => ({
  display,
  pastedContents: {},
  timestamp,
  project: "/home/ada/shop",
  sessionId,
});

const claude = (lines: readonly object[]) => world.leave(".claude/history.jsonl", lines);

test("prompts are what is left of a session of Claude whose transcript is gone", async () => {
  claude([
    line(GONE, "/clear ", OLD),
    line(GONE, "Fix the parser", OLD + 1000),
    line(GONE, "!ls", OLD + 2000),
    line(GONE, `use ghp_${TOKEN}`, OLD + 3000),
    { display: "without a session", timestamp: OLD },
    line("99999999-1111-4222-8333-444444444444", "today", NEW),
  ]);
  expect(await world.backfill("claude")).toMatchObject([
    { sessions: 1, events: 2, passed_over: 0 },
  ]);
  const [first, second] = world.timeline(GONE);
  expect(first).toBe("prompt: Fix the parser");
  expect(second).toMatch(/^prompt: use \[/u);
  expect(world.titles()).toEqual({ [GONE]: "Fix the parser" });
  expect(world.fact(GONE, "cwd")).toBe("/home/ada/shop");
  const show = await world.mm("show", "last");
  expect(show.out).toContain("Transcript   ~/.claude/history.jsonl (prompts only)");
});

test("such a session is none to resume", async () => {
  claude([line(GONE, "Fix the parser", OLD), line(KEPT, "now", NEW)]);
  await world.backfill("claude");
  const show = await world.mm("show", "last");
  expect(show.out).not.toContain("Resume");
  const shown = await world.json<{ resume_command: unknown }>("show", "last");
  expect(shown.resume_command).toBeNull();
  const listed = await world.json<{ sessions: { resume_command: unknown }[] }>("list");
  expect(listed.sessions.map((one) => one.resume_command)).toEqual([null]);
  const id = String(world.fact(GONE, "session_id"));
  const resumed = await world.mm("resume", id);
  expect(resumed.code).not.toBe(0);
  expect(resumed.err).toContain("only the prompts of this session are left");
});

test("a transcript that turns up after all is the session's", async () => {
  claude([line(GONE, "Fix the parser", OLD), line(KEPT, "now", NEW)]);
  await world.backfill("claude");
  const at = { sessionId: GONE, timestamp: new Date(OLD).toISOString() };
  const path = world.leave(`.claude/projects/-w/${GONE}.jsonl`, [
    { ...at, type: "user", uuid: "u1", message: { role: "user", content: "Fix the parser" } },
  ]);
  await world.backfill("claude");
  expect(world.fact(GONE, "transcript")).toBe(path);
});

test("a session whose transcript is there, or was read, gets nothing of them, in any order", async () => {
  const lines = [line(KEPT, "useagent please", OLD), line(GONE, "later", NEW)];
  claude(lines);
  copyHome("claude", world.user);
  await world.backfill("claude");
  const before = world.timeline(KEPT);
  expect(before.filter((event) => event.startsWith("prompt"))).toHaveLength(4);
  rmSync(`${world.user}/.claude/projects`, { recursive: true });
  world.clock = new Date(LATER);
  claude([...lines, line(GONE, "even later", LATER)]);
  await world.backfill("claude");
  expect(world.timeline(KEPT)).toEqual(before);
  // That of the last day has waited for a transcript.
  expect(world.timeline(GONE)).toEqual([]);
});

test("a second pass takes up what has come, and stores nothing twice", async () => {
  const lines = [line(GONE, "one", OLD), line(KEPT, "now", NEW)];
  claude(lines);
  await world.backfill("claude");
  expect(await world.backfill("claude")).toMatchObject([{ events: 0 }]);
  world.clock = new Date(LATER);
  claude([...lines, line("99999999-1111-4222-8333-444444444444", "x", LATER)]);
  await world.backfill("claude");
  expect(world.timeline(GONE)).toEqual(["prompt: one"]);
  expect(world.timeline(KEPT)).toEqual(["prompt: now"]);
});

test("hooks' prompts of such a session are the same", async () => {
  world.clock = new Date(OLD);
  const prompt = { session_id: GONE, cwd: "/w", hook_event_name: "UserPromptSubmit" };
  await world.hook("claude", "UserPromptSubmit", { ...prompt, prompt: "one" });
  world.clock = new Date("2026-11-27T12:00:00Z");
  claude([line(GONE, "one", OLD), line(GONE, "two", OLD + 5000), line(KEPT, "now", NEW)]);
  await world.backfill("claude");
  expect(world.timeline(GONE).filter((event) => event.startsWith("prompt"))).toEqual([
    "prompt: one",
    "prompt: two",
  ]);
});

test("Codex keeps such a file, too", async () => {
  copyHome("codex", world.user);
  const thread = "01a217a1-41fe-77b3-9bb4-64e9fb2155b1";
  world.leave(".codex/history.jsonl", [
    { session_id: thread, ts: OLD / 1000, text: "of a thread that is there" },
    { session_id: GONE, ts: OLD / 1000, text: "fix it" },
    { session_id: GONE, ts: OLD / 1000 + 1, text: "/compact" },
    { session_id: KEPT, ts: NEW / 1000, text: "now" },
  ]);
  await world.backfill("codex");
  expect(world.timeline(GONE)).toEqual(["prompt: fix it"]);
  expect(world.timeline(thread)).not.toContain("prompt: of a thread that is there");
});
