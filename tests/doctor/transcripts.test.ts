import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { TRANSCRIPTS } from "../support/transcripts.ts";

interface Finding {
  readonly check: string;
  readonly severity: string;
  readonly what: string;
  readonly mend: string;
  readonly fixed: boolean;
}

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
});
afterEach(() => world[Symbol.dispose]());

const DAY_S = 24 * 3600;

/** What `mm doctor` finds about transcripts. */
async function findings(...words: string[]): Promise<readonly Finding[]> {
  const found = await world.json<{ findings: readonly Finding[] }>("doctor", ...words);
  return found.findings.filter(({ check }) => check.startsWith("transcript"));
}

function session(nth: number, days: number): void {
  const id = `0000000${nth}-1111-4222-8333-444444444444`;
  const path = world.leave(`.claude/projects/-w/${id}.jsonl`, [
    {
      type: "user",
      uuid: id,
      sessionId: id,
      timestamp: "2026-11-01T10:00:00Z",
      message: { content: "hi" },
    },
  ]);
  const at = world.clock.getTime() / 1000 - days * DAY_S;
  utimesSync(path, at, at);
}

function chat(name: string, days: number): void {
  const header = {
    sessionId: `abcdefgh-${name}`,
    projectHash: "x",
    startTime: "2026-11-01T10:00:00Z",
  };
  const path = world.leave(`.gemini/tmp/shop/chats/session-${name}-abcdefgh.jsonl`, [header]);
  const at = world.clock.getTime() / 1000 - days * DAY_S;
  utimesSync(path, at, at);
}

describe("transcripts that their agent is about to delete", () => {
  test("are named with the days that are left, until they are read", async () => {
    session(1, 28);
    session(2, 24.5);
    session(3, 3);
    const [finding] = await findings();
    expect(finding).toMatchObject({
      severity: "note",
      what: "Claude Code will delete 2 transcripts, the first one in 2 days, and mm hasn't read them",
      mend: "mm backfill claude",
    });
    expect((await world.mm("backfill", "--dry-run")).out).toContain("the first one in 2 days");
    await world.mm(...(finding?.mend.split(" ").slice(1) ?? []));
    expect(await findings()).toEqual([]);
  });

  test("by Claude's own setting", async () => {
    session(1, 28);
    world.leave(".claude/settings.json", { cleanupPeriodDays: 365 });
    expect(await findings()).toEqual([]);
    world.leave(".claude/settings.json", { cleanupPeriodDays: 28 });
    expect(await findings()).toMatchObject([
      { what: "Claude Code will delete 1 transcript at its next start, and mm hasn't read it" },
    ]);
  });

  test("but for the prompts that Claude never deletes", async () => {
    const path = world.leave(".claude/history.jsonl", [
      { display: "x", timestamp: 1, sessionId: "s" },
    ]);
    const at = world.clock.getTime() / 1000 - 29 * DAY_S;
    utimesSync(path, at, at);
    expect(await findings()).toEqual([]);
  });

  test("by Gemini's own setting; it deletes a session that was resumed, however new", async () => {
    chat("2026-11-26T10-00", 1);
    expect(await findings()).toEqual([]);
    chat("2026-11-26T10-05", 1);
    expect(await findings()).toMatchObject([
      { what: "Gemini CLI will delete 1 transcript at its next start, and mm hasn't read it" },
    ]);
    world.leave(".gemini/settings.json", { general: { sessionRetention: { enabled: false } } });
    expect(await findings()).toEqual([]);
    world.leave(".gemini/settings.json", { general: { sessionRetention: { maxAge: "1w" } } });
    expect(await findings()).toHaveLength(1);
  });

  test("backfill says how to have them read in time, unless that is so", async () => {
    session(1, 3);
    const advice = "To have hooks read new ones in time: mm hooks install";
    const { out } = await world.mm("backfill");
    expect(out).toContain(`Claude Code deletes its transcripts after 30 days.\n${advice}\n`);
    expect((await world.mm("backfill")).out).not.toContain("delete");
    for (const [nth, settings] of [{ history: true }, { prompts: ["claude"] }].entries()) {
      world.settings(settings);
      session(2 + nth, 3);
      expect((await world.mm("backfill")).out).not.toContain("delete");
    }
    world.settings({ history: false });
    session(4, 3);
    expect((await world.mm("backfill")).out).toContain("mm config set history true");
  });
});

describe("lines that weren't understood", () => {
  test("are told by agent and version, and forgotten on request until there are new ones", async () => {
    await world.mm("import", `${TRANSCRIPTS}/claude/traps/odd-lines.jsonl`);
    const [{ lines = 0 } = {}] = world.rows<{ lines: number }>(
      "SELECT sum(passed_over) AS lines FROM mm_transcripts",
    );
    expect(lines).toBeGreaterThan(1);
    const [finding] = await findings();
    expect(finding?.what).toMatch(
      new RegExp(`^mm didn't understand ${lines} lines in 1 transcript of Claude Code \\S+$`, "u"),
    );
    expect(await findings("--fix")).toMatchObject([{ fixed: true }]);
    expect(await findings()).toEqual([]);
  });

  test("bookkeeping is none", async () => {
    const id = "00000001-1111-4222-8333-444444444444";
    world.leave(`.claude/projects/-w/${id}.jsonl`, [
      { type: "permission-mode", permissionMode: "default", sessionId: id },
      { type: "bridge-session", sessionId: id },
      { type: "agent-color", sessionId: id },
      { type: "file-history-snapshot", sessionId: id },
      { type: "file-history-delta", sessionId: id },
    ]);
    expect(await world.backfill("claude")).toMatchObject([{ passed_over: 0 }]);
  });
});
