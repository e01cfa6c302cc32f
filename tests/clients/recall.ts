import { expect, setDefaultTimeout, test } from "bun:test";
import { type Agent, DRIVEN } from "./agents.ts";
import { driving } from "./driving.ts";
import { IN_TERMINAL } from "./in-terminal.ts";
import { USE_TOOL } from "./model/conversation.ts";
import { scriptOf } from "./model/scripted.ts";
import { fetchPackage } from "./packages.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { type Driven, Scene } from "./scene.ts";
import { type Terminal, until } from "./terminal.ts";
import { Workplace } from "./workplace.ts";

// A real agent takes its time.
setDefaultTimeout(600_000);

// Not named like a test: it downloads the agents, so it is run by `bun run test:clients` alone.

const { mm, server } = driving();

const driven = DRIVEN.flatMap((agent): Driven[] => {
  const terminal = IN_TERMINAL[agent.name];
  return terminal === undefined ? [] : [{ ...agent, terminal }];
});

/** What a person is told to allow, without which Claude Code asks. */
const ALLOWED = JSON.stringify({ permissions: { allow: ["mcp__mm__add_note"] } });

async function workplace(agent: Agent, beside?: Workplace): Promise<Workplace> {
  const unpacked = await fetchPackage(...agent.package);
  const place = new Workplace(agent, { mm, url: server.url, folder: unpacked }, beside);
  if (agent.name === "claude") place.write(".claude/settings.json", ALLOWED);
  await place.mm("hooks", "install", agent.name, "--mcp", "--yes");
  return place;
}

/** Waits for a session that is like that. */
async function theOne(
  scene: Scene,
  window: Terminal,
  isMeant: (session: Recorded) => boolean,
): Promise<Recorded> {
  let found: Recorded | undefined;
  const isThere = async () => {
    found = (await recorded(scene.place)).find(isMeant);
    return found !== undefined;
  };
  await until(isThere, () => `there is no such session:\n${window.screen}`);
  return found as Recorded;
}

const GOAL = `${USE_TOOL} to repair the zebra parser`;

test.each(driven)(
  "mm resume --with $name goes on with the session of another one",
  async (agent) => {
    const [claude, codex] = DRIVEN as readonly [Agent, Agent];
    const first = await workplace(agent.name === "claude" ? codex : claude);
    await using scene = new Scene(agent, await workplace(agent, first));
    await first.prompt(GOAL);
    const [before] = await recorded(first);
    const window = await scene.window(["resume", before?.id ?? "", "--with", agent.name], "mm");
    const isNew = ({ id, types }: Recorded) => id !== before?.id && types.includes("turn_end");
    const { client, root, events } = await theOne(scene, window, isNew);
    expect({ client, root }).toEqual({ client: agent.name, root: first.repository });
    const prompt = events.find(({ event_type }) => event_type === "prompt")?.content;
    expect(prompt).toStartWith("Record of a coding agent's session, from mm.");
    expect(prompt).toContain(`Goal, as first asked: | ${GOAL} `);
    const after = (await recorded(first)).find(({ id }) => id === before?.id);
    const prompts = after?.events.filter(({ event_type }) => event_type === "prompt");
    expect(prompts?.map(({ content }) => content)).toEqual([GOAL]);
  },
);

test.each(driven.filter(({ name }) => name === "claude" || name === "codex"))(
  "after /clear a note of $name goes into its new session",
  async (agent) => {
    await using scene = new Scene(agent, await workplace(agent));
    const window = await scene.window();
    await scene.leaves(["prompt", "turn_end"], () => window.type("hello"));
    await window.type(agent.terminal.fresh.command);
    await window.type("another");
    const fresh = await theOne(scene, window, ({ title }) => title === "another");
    await window.type(scriptOf({ tool: "add_note", input: { text: "zebra" } }));
    const noted = ({ events }: Recorded) =>
      events.some(({ event_type, content }) => event_type === "decision" && content === "zebra");
    const { id } = await theOne(scene, window, noted);
    expect(id).toBe(fresh.id);
  },
);
