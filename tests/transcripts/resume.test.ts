import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { readerText } from "../../src/transcripts/resume/resume.ts";
import { HookWorld } from "../support/hook-world.ts";
import { copyHome } from "../support/transcripts.ts";

/** A transcript of each agent, and where a later version of the agent might move it. */
const FILES = [
  [
    "claude",
    ".claude/projects/-home-ada-shop/4ed12102-7545-43e2-a232-7c7a705cdd97.jsonl",
    ".claude/projects/-home-ada-shop-two/4ed12102-7545-43e2-a232-7c7a705cdd97.jsonl",
  ],
  [
    "codex",
    ".codex/sessions/2026/11/26/rollout-2026-11-26T11-32-53-01a217a1-41fe-77b3-9bb4-64e9fb2155b1.jsonl",
    ".codex/archived_sessions/rollout-2026-11-26T11-32-53-01a217a1-41fe-77b3-9bb4-64e9fb2155b1.jsonl",
  ],
  [
    "gemini",
    ".gemini/tmp/shop/chats/session-2026-11-26T11-35-e4992046.jsonl",
    ".gemini/tmp/shop/chats/session-2026-11-26T11-36-e4992046.jsonl",
  ],
  [
    "qwen",
    ".qwen/projects/-home-ada-shop/chats/31d13098-624e-4807-a4e3-53927c29dc30.jsonl",
    ".qwen/projects/-home-ada-shop-two/chats/31d13098-624e-4807-a4e3-53927c29dc30.jsonl",
  ],
  [
    "copilot",
    ".copilot/session-state/a373e87c-d24f-4bc7-9eb6-a24fe71f74e3/events.jsonl",
    ".copilot/session-state/a373e87c-d24f-4bc7-9eb6-a24fe71f74e3.jsonl",
  ],
  [
    "kimi",
    ".kimi-code/sessions/wd_shop_ff0a01d53d83/session_eb0bbc0a-8d3f-46d6-a8c2-d711741bc238/agents/main/wire.jsonl",
    ".kimi-code/sessions/wd_shop_000000000000/session_eb0bbc0a-8d3f-46d6-a8c2-d711741bc238/agents/main/wire.jsonl",
  ],
] as const;

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

const AT = "2026-11-26T12:00:00.000Z";

/** A further prompt as a line of each agent's. */
const LINES: Readonly<Record<(typeof FILES)[number][0], (said: string) => object>> = {
  claude: (said) => ({
    type: "user",
    uuid: `u-${said}`,
    sessionId: "4ed12102-7545-43e2-a232-7c7a705cdd97",
    timestamp: AT,
    message: { role: "user", content: said },
  }),
  codex: (said) => ({
    type: "event_msg",
    timestamp: AT,
    payload: {
      type: "item_completed",
      turn_id: `turn-${said}`,
      item: { type: "UserMessage", content: [{ type: "text", text: said }] },
    },
  }),
  gemini: (said) => ({ id: `m-${said}`, timestamp: AT, type: "user", content: [{ text: said }] }),
  qwen: (said) => ({
    uuid: `u-${said}`,
    sessionId: "31d13098-624e-4807-a4e3-53927c29dc30",
    timestamp: AT,
    type: "user",
    provenance: "real_user",
    message: { role: "user", parts: [{ text: said }] },
  }),
  copilot: (said) => ({
    type: "user.message",
    id: `u-${said}`,
    timestamp: AT,
    data: { content: said },
  }),
  kimi: (said) => ({
    type: "turn.prompt",
    input: [{ type: "text", text: said }],
    origin: { kind: "user" },
    promptId: `p-${said}`,
    time: Date.parse(AT),
  }),
};

describe.each(FILES)("%s", (agent, path, elsewhere) => {
  const line = (said: string) => JSON.stringify(LINES[agent](said));
  const say = (said: string, to: string = path) => appendFileSync(file(to), `${line(said)}\n`);
  /** The file as if something had been said before its last line. */
  const rewritten = (said: string) => {
    const lines = readFileSync(file(path), "utf8").trimEnd().split("\n");
    return [...lines.slice(0, -1), line(said), ...lines.slice(-1), ""].join("\n");
  };
  const stored = () => world.rows("SELECT event_type, content FROM session_events ORDER BY 1, 2");

  beforeEach(async () => {
    copyHome(agent, `${world.folder}/user`);
    await backfill();
  });

  test("a file that has grown is read from where it ended", async () => {
    const before = prompts().length;
    const text = readFileSync(file(path), "utf8");
    // Its beginning is rubbish by now, which nobody looks at.
    writeFileSync(file(path), text.replace(/^.{60}/u, "x".repeat(60)));
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
    const before = prompts().length;
    write(rewritten("from the start"));
    await backfill();
    expect(prompts()).toHaveLength(before + 1);
    expect(prompts()).toContain("from the start");
  });

  test("a file that was rewritten in the same size is read whole", async () => {
    // The words stand far from its end.
    say("one of two");
    for (let nth = 0; nth < 40; nth++) say(`${nth} ${"and so on ".repeat(20)}`);
    await backfill();
    const before = prompts().length;
    const text = readFileSync(file(path), "utf8");
    writeFileSync(file(path), text.replaceAll("one of two", "two of two"));
    utimesSync(file(path), 1, 1_795_700_000);
    await backfill();
    // Codex names a line by its place, where what was read first stays.
    const isNew = agent !== "codex";
    expect(prompts().includes("two of two")).toBe(isNew);
    expect(prompts()).toHaveLength(before + (isNew ? 1 : 0));
  });

  test("a file that was moved and has grown stores nothing twice", async () => {
    const before = stored();
    mkdirSync(dirname(file(elsewhere)), { recursive: true });
    renameSync(file(path), file(elsewhere));
    await backfill();
    expect(stored()).toEqual(before);
    say("from there on", elsewhere);
    await backfill();
    expect(stored()).toHaveLength(before.length + 1);
  });

  test("a last line without an end, which has long been read, is the same with one", async () => {
    const text = readFileSync(file(path), "utf8");
    writeFileSync(file(path), `${text}${line("no end")}`);
    utimesSync(file(path), 1, 1_795_000_000);
    await backfill();
    const before = stored();
    expect(prompts()).toContain("no end");
    appendFileSync(file(path), "\n");
    say("and on");
    await backfill();
    expect(stored()).toHaveLength(before.length + 1);
  });

  test("a file that was cut is read whole, and what it told stays", async () => {
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

test("an answer without a line end is stored once, though lines are named by their numbers", async () => {
  const thread = "01a217a1-0000-7000-8000-000000000000";
  const path = `.codex/sessions/rollout-2026-11-26T11-32-53-${thread}.jsonl`;
  const meta = { id: thread, history_mode: "paginated", cwd: "/w" };
  const item = { type: "AgentMessage", content: [{ type: "Text", text: "an answer" }] };
  const lines = [
    { timestamp: AT, type: "session_meta", payload: meta },
    LINES.codex("hello"),
    { timestamp: AT, type: "event_msg", payload: { type: "item_completed", turn_id: "t", item } },
  ].map((line) => JSON.stringify(line));
  mkdirSync(dirname(file(path)), { recursive: true });
  writeFileSync(file(path), lines.join("\n"));
  utimesSync(file(path), 1, 1_795_000_000);
  await backfill();
  appendFileSync(file(path), "\n");
  await backfill();
  const answers = "SELECT id FROM session_events WHERE content = 'an answer'";
  expect(world.rows(answers)).toHaveLength(1);
});

test("nothing that was said stands in what is kept for the next pass", async () => {
  for (const [agent] of FILES) copyHome(agent, `${world.folder}/user`);
  await backfill();
  const states = world.rows<{ state: string }>(
    "SELECT state FROM mm_transcripts WHERE state IS NOT NULL",
  );
  expect(states.length).toBeGreaterThan(10);
  const kept = JSON.stringify(states);
  for (const word of ["echo", "usetool", "please", "hello"]) expect(kept).not.toContain(word);
});

test("what looks like a secret isn't kept, wherever it stands among ids", () => {
  const ids = { own: ["7qkgxirk4", "209689778"], done: [["toolu_87802b5dce89ffae2ee11f2b", 1]] };
  expect(readerText(ids)).toBe(JSON.stringify(ids));
  const token = `ghp_${"aB3dE5fG7h".repeat(4).slice(0, 36)}`;
  expect(readerText({ ...ids, done: [...ids.done, [token, 2]] })).toBeNull();
  expect(readerText({ ...ids, times: [[`/w/toolu_1/${token}/call_2.jsonl`, 2]] })).toBeNull();
});
