import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome } from "../support/transcripts.ts";

const CLAUDE = ".claude/projects/-home-ada-shop/4ed12102-7545-43e2-a232-7c7a705cdd97.jsonl";
const CODEX =
  ".codex/sessions/2026/11/26/rollout-2026-11-26T11-32-53-01a217a1-41fe-77b3-9bb4-64e9fb2155b1.jsonl";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.clock = new Date("2026-11-27T12:00:00Z");
  world.env = { ...world.env, HOME: `${world.folder}/user` };
});
afterEach(() => world[Symbol.dispose]());

const file = (path: string) => `${world.folder}/user/${path}`;
const backfill = () => world.json("backfill");
const prompts = () =>
  world
    .rows<{ content: string }>("SELECT content FROM session_events WHERE event_type = 'prompt'")
    .map(({ content }) => content);

/** A further prompt as a line of each agent's. */
const LINES: Readonly<Record<string, (said: string) => object>> = {
  claude: (said) => ({
    type: "user",
    uuid: `u-${said}`,
    sessionId: "4ed12102-7545-43e2-a232-7c7a705cdd97",
    timestamp: "2026-11-26T12:00:00.000Z",
    message: { role: "user", content: said },
  }),
  codex: (said) => ({
    type: "event_msg",
    timestamp: "2026-11-26T12:00:00.000Z",
    payload: {
      type: "item_completed",
      turn_id: `turn-${said}`,
      item: { type: "UserMessage", content: [{ type: "text", text: said }] },
    },
  }),
};

describe.each([
  ["claude", CLAUDE],
  ["codex", CODEX],
])("%s", (agent, path) => {
  const say = (said: string) =>
    appendFileSync(file(path), `${JSON.stringify(LINES[agent]?.(said))}\n`);
  /** The file as if something had been said behind its first line. */
  const rewritten = (said: string) => {
    const [first, ...rest] = readFileSync(file(path), "utf8").split("\n");
    return [first, JSON.stringify(LINES[agent]?.(said)), ...rest].join("\n");
  };

  beforeEach(async () => {
    copyHome(agent, `${world.folder}/user`);
    await backfill();
  });

  test("a file that has grown is read from where it ended", async () => {
    const before = prompts().length;
    const text = readFileSync(file(path), "utf8");
    // Its beginning is rubbish by now, which nobody looks at.
    writeFileSync(file(path), text.replace(/^.{100}/u, "x".repeat(100)));
    say("one more");
    const { agents } = await world.json<{ agents: { agent: string; passed_over: number }[] }>(
      "backfill",
    );
    expect(agents.find((one) => one.agent === agent)?.passed_over).toBe(0);
    expect(prompts()).toHaveLength(before + 1);
    expect(prompts().at(-1)).toBe("one more");
    say("and one");
    await backfill();
    expect(prompts()).toHaveLength(before + 2);
  });

  test.each([
    ["rewritten", (text: string) => writeFileSync(file(path), text)],
    [
      "replaced",
      (text: string) => {
        writeFileSync(file(`${path}.new`), text);
        renameSync(file(`${path}.new`), file(path));
      },
    ],
  ])("a file that was %s is read whole", async (_, write) => {
    write(rewritten("from the start"));
    await backfill();
    expect(prompts()).toContain("from the start");
  });

  test("a file that was cut is read whole, and what it told stays", async () => {
    const stored = () => world.rows("SELECT event_type, content FROM session_events ORDER BY 1, 2");
    const before = stored();
    const text = readFileSync(file(path), "utf8");
    truncateSync(file(path), Math.floor(text.length / 2));
    await backfill();
    expect(stored()).toEqual(before);
    writeFileSync(file(path), text);
    say("after all");
    await backfill();
    expect(stored()).toHaveLength(before.length + 1);
  });

  test("a session that was deleted is stored whole when its agent goes on with it", async () => {
    const { id } = world.rows<{ id: string }>(
      `SELECT session_id AS id FROM mm_transcripts WHERE path LIKE '%${path.slice(-30)}'`,
    )[0] as { id: string };
    const count = world.rows("SELECT id FROM session_events").length;
    await world.mm("session", "delete", id);
    expect(world.rows("SELECT id FROM session_events").length).toBeLessThan(count);
    say("on it goes");
    await backfill();
    expect(world.rows("SELECT id FROM session_events")).toHaveLength(count + 1);
  });
});

test("nothing that was said stands in what is kept for the next pass", async () => {
  copyHome("claude", `${world.folder}/user`);
  copyHome("codex", `${world.folder}/user`);
  await backfill();
  const states = world.rows<{ state: string }>(
    "SELECT state FROM mm_transcripts WHERE state IS NOT NULL",
  );
  expect(states.length).toBeGreaterThan(3);
  const kept = JSON.stringify(states);
  for (const word of ["echo", "usetool", "please", "hello"]) expect(kept).not.toContain(word);
});
