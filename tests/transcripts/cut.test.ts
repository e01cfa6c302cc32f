import { expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome, GROWING_FILES, TRANSCRIPTS } from "../support/transcripts.ts";

const NOW = new Date("2026-11-27T12:00:00Z");

function rows(world: HookWorld) {
  const events = world.rows(
    `SELECT m.external_id, e.event_type, e.content, o.at_ms, o.dedup_key, o.line, e.metadata FROM session_events e
      JOIN mm_sessions m ON m.session_id = e.session_id JOIN mm_events o ON o.event_id = e.id ORDER BY 1, o.at_ms, 2, 3`,
  );
  const sessions = world.rows(
    `SELECT m.external_id, s.started_at, s.ended_at, s.summary, m.model, m.cwd, p.external_id AS parent,
      json_extract(s.metadata, '$.title') AS title FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
      LEFT JOIN mm_sessions p ON p.session_id = m.parent_id ORDER BY 1`,
  );
  const usage = world.rows<{ session_id: string }>("SELECT * FROM mm_usage ORDER BY call_id");
  return { sessions, events, usage: usage.map(({ session_id: _, ...row }) => row) };
}

class TranscriptWorld extends HookWorld {
  override clock = NOW;
  readonly user = `${this.folder}/user`;

  constructor() {
    super();
    mkdirSync(this.user, { recursive: true });
    this.env = { ...this.env, HOME: this.user };
  }

  async backfill(): Promise<void> {
    const { agents } = await this.json<{ agents: { problems: string[] }[] }>("backfill");
    expect(agents.flatMap(({ problems }) => problems)).toEqual([]);
  }
}

test.each(GROWING_FILES)(
  "%s: a file that is cut and completed later gives the same: %s",
  async (agent, path) => {
    using whole = new TranscriptWorld();
    copyHome(agent, whole.user);
    await whole.backfill();
    const wanted = rows(whole);
    using world = new TranscriptWorld();
    copyHome(agent, world.user);
    const bytes = readFileSync(`${world.user}/${path}`);
    for (let part = 0; part < 24; part++) {
      // Somewhere within the lines, and at every third one behind a line.
      const within = Math.floor((bytes.length * part) / 24) + ((part * 37) % 101);
      const end = part % 3 === 0 ? bytes.indexOf(10, within) + 1 : within;
      writeFileSync(`${world.user}/${path}`, bytes.subarray(0, end));
      await world.backfill();
    }
    writeFileSync(`${world.user}/${path}`, bytes);
    await world.backfill();
    expect(rows(world)).toEqual(wanted);
  },
);

const PARENT = "00000003-1111-4111-8111-111111111111";
const FORK = "00000004-1111-4111-8111-111111111111";

test.each([
  ["the parent first", ["fork-parent", "fork-copies-history"]],
  ["the fork first", ["fork-copies-history", "fork-parent"]],
  ["the fork again", ["fork-copies-history", "fork-parent", "fork-copies-history"]],
])("a copy of a history without a mark belongs to its parent: %s", async (_, names) => {
  using world = new TranscriptWorld();
  for (const name of names) {
    await world.mm("import", `${TRANSCRIPTS}/claude/traps/${name}.jsonl`);
  }
  const of = (id: string) =>
    world.rows(
      `SELECT (SELECT count(*) FROM session_events e WHERE e.session_id = m.session_id AND event_type = 'prompt') AS prompts,
        (SELECT sum(input) FROM mm_usage u WHERE u.session_id = m.session_id) AS input, p.external_id AS parent,
        s.started_at FROM mm_sessions m JOIN sessions s ON s.id = m.session_id
        LEFT JOIN mm_sessions p ON p.session_id = m.parent_id WHERE m.external_id = '${id}'`,
    );
  expect(of(PARENT)).toEqual([
    { prompts: 2, input: 21, parent: null, started_at: "2026-10-01T10:00:00+00:00" },
  ]);
  expect(of(FORK)).toEqual([
    { prompts: 1, input: 12, parent: PARENT, started_at: "2026-10-02T09:00:00+00:00" },
  ]);
});

test("what is deleted here stays deleted until its agent goes on with it", async () => {
  using world = new TranscriptWorld();
  copyHome("codex", world.user);
  await world.backfill();
  expect(world.sessions()).toHaveLength(3);
  await world.mm("session", "delete", world.session("01a217a1-5e59-7b31-bdd6-fca2ccf69863").id);
  await world.backfill();
  expect(world.sessions()).toHaveLength(2);
});

test("a moved transcript is the same session", async () => {
  using world = new TranscriptWorld();
  copyHome("codex", world.user);
  await world.backfill();
  const before = rows(world);
  cpSync(`${world.user}/.codex/sessions/2026/11/26`, `${world.user}/.codex/archived_sessions`, {
    recursive: true,
  });
  await world.backfill();
  expect(rows(world)).toEqual(before);
});
