import { describe, expect, test } from "bun:test";
import { STILL_SILENT } from "../../src/store/history/sessions.ts";
import { HistoryWorld } from "../support/backfilled.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

const LATER = new Date("2026-11-27T12:00:00Z");

class EndingWorld extends HistoryWorld {
  /** Reads everything at some times. */
  async readAt(...times: readonly Date[]): Promise<void> {
    for (const time of times) {
      this.clock = time;
      await this.backfill();
    }
  }

  get ends() {
    return this.rows<{ last: number; ended_at: string | null }>(
      `SELECT m.external_id, m.last_event_ms AS last, s.ended_at, s.summary, s.metadata, m.ended_by,
          m.ended_ms, m.end_reason
        FROM sessions s JOIN mm_sessions m ON m.session_id = s.id ORDER BY 1`,
    );
  }
}

describe("a session that went on when it was read", () => {
  test.each(AGENTS_WITH_FIXTURES)(
    "ends with the next pass, though nothing is new: %s",
    async (agent) => {
      using once = new EndingWorld();
      copyHome(agent, once.user);
      await once.readAt(LATER);
      const last = Math.max(...once.ends.map((end) => end.last));

      using world = new EndingWorld();
      copyHome(agent, world.user);
      const first = Math.min(...once.ends.map((end) => end.last));
      // A minute after the last one, then with a clock that is years behind.
      await world.readAt(new Date(last + 60_000));
      const open = world.ends.filter(({ ended_at }) => ended_at === null);
      // Cline says by itself when a session has ended.
      expect(open.length > 0).toBe(agent !== "cline");
      world.exec("DELETE FROM mm_transcripts");
      await world.readAt(new Date(first - 3 * 365 * 24 * 3_600_000));
      await world.readAt(LATER);
      expect(world.ends).toEqual(once.ends);
      expect((await world.mm("backfill")).out).toStartWith("Nothing new");
    },
  );
});

const ID = "00000000-1111-4222-8333-444444444444";

test.each([
  ["unless its agent runs", false],
  ["once its agent is gone", true],
])("a session that hooks have told of ends so, too, %s", async (_, isGone) => {
  using world = new EndingWorld();
  world.agent = { pid: 7, startedTicks: 1, namespace: 1 };
  world.clock = new Date("2026-11-27T10:00:00Z");
  const path = world.leave(`.claude/projects/-w/${ID}.jsonl`, [
    {
      ...{ type: "user", sessionId: ID, uuid: "u1", promptId: "p", cwd: "/w" },
      timestamp: world.clock.toISOString(),
      message: { role: "user", content: "go on" },
    },
  ]);
  const call = { session_id: ID, cwd: "/w", transcript_path: path };
  await world.claude("SessionStart", { ...call, source: "startup" });
  await world.claude("UserPromptSubmit", { ...call, prompt: "go on", prompt_id: "p" });
  await world.readAt(new Date("2026-11-27T10:05:00Z"));
  if (isGone) world.gone.add(7);
  await world.readAt(LATER);
  expect(world.ends).toMatchObject([
    isGone
      ? { ended_at: "2026-11-27T10:00:00+00:00", ended_by: "transcript" }
      : { ended_at: null, ended_by: null },
  ]);
});

test("as many as there are end, and each is looked at no more than once again", async () => {
  using world = new EndingWorld();
  for (let nth = 1000; nth < 1600; nth++) {
    const id = ID.replace(/^..../u, String(nth));
    const common = { type: "user", sessionId: id, uuid: id, cwd: "/w" };
    const message = { role: "user", content: "go on" };
    const line = { ...common, timestamp: "2026-11-27T09:00:00Z", message };
    world.leave(`.claude/projects/-w/${id}.jsonl`, [line]);
  }
  await world.readAt(new Date("2026-11-27T09:05:00Z"));
  expect(world.ends.filter(({ ended_at }) => ended_at !== null)).toEqual([]);
  await world.readAt(LATER);
  expect(world.ends.filter(({ ended_at }) => ended_at !== null)).toHaveLength(600);
  const plan = world.rows<{ detail: string }>(
    `EXPLAIN QUERY PLAN ${STILL_SILENT.replace("?1", "1").replace("?2", "'[]'")}`,
  );
  expect(plan.map(({ detail }) => detail)).toEqual([
    "SCAN i VIRTUAL TABLE INDEX 1:",
    expect.stringMatching(/^SEARCH m USING INDEX \S+ \(session_id=\?\)$/u),
    expect.stringMatching(/^SEARCH s USING INDEX \S+ \(id=\?\)$/u),
  ]);
});

test("what another machine's session says is its own business", async () => {
  using world = new EndingWorld();
  copyHome("claude", world.user);
  await world.readAt(LATER);
  world.exec("UPDATE sessions SET ended_at = NULL");
  world.exec(
    "UPDATE mm_sessions SET ended_ms = NULL, ended_by = NULL, transcript = '/elsewhere.jsonl'",
  );
  await world.readAt(LATER);
  expect(world.ends.map(({ ended_at }) => ended_at)).toEqual([null, null, null]);
});

test.each(AGENTS_WITH_FIXTURES)(
  "an import ends no session but its transcript's: %s",
  async (agent) => {
    using world = new EndingWorld();
    copyHome(agent, world.user);
    await world.readAt(LATER);
    world.exec("UPDATE sessions SET ended_at = NULL");
    world.exec("UPDATE mm_sessions SET ended_ms = NULL, ended_by = NULL");
    const sessions = world.rows<{ transcript: string }>("SELECT transcript FROM mm_sessions");
    const { transcript } = sessions[0] ?? { transcript: "" };
    const { code } = await world.mm("import", transcript);
    expect(code).toBe(0);
    const ended = world.rows<{ transcript: string }>(
      "SELECT transcript FROM mm_sessions WHERE ended_ms IS NOT NULL",
    );
    expect(ended).toEqual(sessions.filter((session) => session.transcript === transcript));
  },
);

describe("a session of which its transcript tells the end", () => {
  const NAME = "1795686600000_abcde";
  const at = (minute: string, second = "00") => new Date(`2026-11-27T${minute}:${second}Z`);
  const sure = [
    ["ends so at once", [at("09:50")], at("10:00"), "10:00:00"],
    ["ends with what is a moment later", [at("09:50"), at("10:00", "02")], at("10:00"), "10:00:02"],
    ["goes on with what is later", [at("09:50"), at("10:05")], null, "10:05:00"],
    ["goes on with what hooks tell later", [at("09:50")], null, "10:05:00"],
  ] as const;

  test.each(sure)("%s", async (name, times, ended, last) => {
    using world = new EndingWorld();
    const folder = `.cline/data/sessions/${NAME}`;
    const about = { session_id: NAME, cwd: "/w", ended_at: at("10:00").toISOString() };
    world.leave(`${folder}/${NAME}.json`, about);
    const messages = times.map((time, nth) => ({
      ...{ id: `m${nth}`, role: "user", ts: time.getTime() },
      content: [{ type: "text", text: `say ${nth}` }],
    }));
    world.leave(`${folder}/${NAME}.messages.json`, { version: 1, messages });
    if (name.includes("hooks")) {
      world.clock = at("10:05");
      const call = { taskId: NAME, clineVersion: "3.60.0", workspaceRoots: ["/w"] };
      await world.hook("cline", "UserPromptSubmit", {
        ...{ ...call, hookName: "UserPromptSubmit", timestamp: String(at("10:05").getTime()) },
        userPromptSubmit: { prompt: "go on" },
      });
    }
    await world.readAt(at("10:06"));
    const end = { ended_at: `2026-11-27T${last}+00:00`, ended_by: "transcript" };
    expect(world.ends).toMatchObject([ended === null ? { ended_at: null } : end]);
    await world.readAt(at("10:16"));
    expect(world.ends).toMatchObject([end]);
  });
});
