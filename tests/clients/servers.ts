import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { type Agent, DRIVEN } from "./agents.ts";
import { driving } from "./driving.ts";
import { USE_TOOL, WRITE_FILE, WRITTEN } from "./model/conversation.ts";
import { type ServerStep, scriptOf } from "./model/scripted.ts";
import { fetchPackage } from "./packages.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { Workplace } from "./workplace.ts";

// A real agent takes its time.
setDefaultTimeout(600_000);

// Not named like a test: it downloads the agents, so it is run by `bun run test:clients` alone.

const { mm, server } = driving();
const sizes: string[] = [];

afterAll(() => console.log(`\n${sizes.join("\n")}`));

const TOOLS = ["search_sessions", "show_session", "add_note"];

/** What a person is told to allow, without which Claude Code refuses where nobody can be asked. */
const ALLOWED = JSON.stringify({
  permissions: {
    allow: ["Write", ...TOOLS.map((tool) => `mcp__mm__${tool}`)],
  },
});

async function open(agent: Agent, beside?: Workplace): Promise<Workplace> {
  const unpacked = await fetchPackage(...agent.package);
  const place = new Workplace(agent, { mm, url: server.url, folder: unpacked }, beside);
  if (agent.name === "claude") place.write(".claude/settings.json", ALLOWED);
  await place.mm("hooks", "install", agent.name, "--mcp", "--yes");
  return place;
}

/** What the agent sent to the model while `work` ran. */
async function heard(work: () => Promise<unknown>): Promise<string[]> {
  const texts: string[] = [];
  server.hears = (text) => void texts.push(text);
  await work();
  server.hears = () => undefined;
  return texts;
}

/** Everything that the model was told in one turn, with the escapes of JSON undone. */
async function calls(place: Workplace, ...steps: ServerStep[]): Promise<string> {
  const texts = await heard(async () => {
    const run = await place.prompt(scriptOf(...steps));
    expect({ err: run.err, code: run.code }).toMatchObject({ code: 0 });
  });
  // Some ask the model for a title or for suggestions, too.
  return texts.join("\n").replaceAll(/\\+"/gu, '"').replaceAll(/\\+n/gu, "\n");
}

const EARLIER = `${USE_TOOL} to repair the zebra parser`;

/** The session that began with this prompt; its title is the agent's own where the model told one in time. */
function begunBy(sessions: readonly Recorded[], prompt: string): Recorded {
  const found = sessions.find(({ events }) => events[0]?.content === prompt);
  if (found === undefined) throw new Error(`no session begins with ${prompt}`);
  return found;
}

/** The bytes of the definitions of our tools in a request. */
function bytesOfTools(text: string): number {
  const body = JSON.parse(text) as Record<string, unknown>;
  const all = [body["tools"] ?? []].flat() as Record<string, unknown>[];
  const single = all.flatMap((tool) => (tool["functionDeclarations"] as typeof all) ?? [tool]);
  const ours = single.filter((tool) => /search_sessions|show_session|add_note/u.test(nameOf(tool)));
  return ours.reduce((sum, tool) => sum + Buffer.byteLength(JSON.stringify(tool)), 0);
}

function nameOf(tool: Readonly<Record<string, unknown>>): string {
  const inner = tool["function"] as { name?: string } | undefined;
  return String(tool["name"] ?? inner?.name);
}

describe.each([...DRIVEN])("$name", (agent) => {
  let place: Workplace;
  let first: readonly string[];

  beforeAll(async () => {
    place = await open(agent);
    first = await heard(() => place.prompt(EARLIER));
  });

  afterAll(async () => {
    await place?.[Symbol.asyncDispose]();
  });

  test("the tools take few bytes of its first request", () => {
    const most = Math.max(...first.map(bytesOfTools));
    sizes.push(
      `${agent.name}: ${most} bytes of tools, ${Buffer.byteLength(first[0] ?? "")} in all`,
    );
    expect(most).toBeLessThanOrEqual(2600);
    // Codex shows the beginning of the instructions alone until it is asked for tools.
    expect(first.join("")).toMatch(/search_sessions|Earlier sessions of coding agents/u);
  });

  test("it finds and reads an earlier session, and notes something in its own", async () => {
    const { id } = begunBy(await recorded(place), EARLIER);
    const note = `the zebras of ${agent.name} stay`;
    const told = await calls(
      place,
      { tool: "search_sessions", input: { query: "zebra parser" } },
      { tool: "show_session", input: { id } },
      { tool: "add_note", input: { text: note } },
    );
    expect(told).toContain("Records of past agent sessions, from mm.");
    expect(told).toContain(`| #1 prompt: ${EARLIER}`);
    expect(told).toContain(`session ${id.slice(0, 8)} "`);
    const sessions = await recorded(place);
    const own = sessions.at(-1);
    expect(own?.id).not.toBe(id);
    expect(told).toContain(`Recorded in session ${own?.id}.`);
    expect(own?.events).toContainEqual(
      expect.objectContaining({ event_type: "decision", content: note }),
    );
  });

  test("a line that it wrote leads to its prompt, by the command and by the tool", async () => {
    const file = `${place.repository}/${agent.name}.txt`;
    const prompt = `${WRITE_FILE} ${file} please`;
    const run = await place.prompt(prompt);
    expect({ err: run.err, code: run.code, text: readFileSync(file, "utf8") }).toMatchObject({
      code: 0,
      text: `${WRITTEN}\n`,
    });
    const { id } = begunBy(await recorded(place), prompt);
    expect(await place.mm("why", `${file}:1`)).toMatchObject({
      certainty: "certain",
      committed: false,
      sessions: [{ id, client: agent.name, prompt }],
    });
    const told = await calls(place, { tool: "show_session", input: { file: `${file}:1` } });
    expect(told).toContain("line 1: certain, its transcript has the edit that wrote this line");
    expect(told).toContain(`| prompt: ${prompt}`);
  });

  test("the agent's own calls aren't found", async () => {
    const told = await calls(place, {
      tool: "search_sessions",
      input: { query: "zebra*" },
    });
    expect(told).toContain("the zebras of");
    expect(told).not.toMatch(/tool: \S*(?:search_sessions|show_session|add_note)/u);
  });

  test("no server is left over, and the settings are as before", async () => {
    expect(leftOver(place)).toEqual([]);
    await place.mm("mcp", "uninstall", agent.name);
    const { clients } = (await place.mm("mcp", "status", agent.name)) as {
      clients: { state: string }[];
    };
    expect(clients.map(({ state }) => state)).toEqual(["not_installed"]);
  });
});

/** The servers of a place that are alive. */
function leftOver({ box }: Workplace): string[] {
  const all = new Bun.Glob("*/cmdline").scanSync({ cwd: "/proc", onlyFiles: false });
  return [...all].filter((path) => {
    const id = path.split("/")[0] ?? "";
    if (!/^\d+$/u.test(id) || !existsSync(`/proc/${id}/environ`)) return false;
    try {
      const words = readFileSync(`/proc/${path}`, "utf8").split("\0");
      return words[1] === "mcp" && readFileSync(`/proc/${id}/environ`, "utf8").includes(box.folder);
    } catch {
      return false;
    }
  });
}

test("Claude Code and Codex find what the other one did", async () => {
  const [claude, codex] = DRIVEN as readonly [Agent, Agent];
  await using one = await open(claude);
  const two = await open(codex, one);
  await one.prompt(`${USE_TOOL} to count the walruses`);
  await two.prompt(`${USE_TOOL} to feed the penguins`);
  const seen = async (place: Workplace, query: string) => {
    const search = { tool: "search_sessions", input: { query } };
    return await calls(place, search);
  };
  const ofClaude = begunBy(await recorded(one), `${USE_TOOL} to count the walruses`);
  const ofCodex = begunBy(await recorded(one), `${USE_TOOL} to feed the penguins`);
  expect(await seen(two, "walruses")).toContain(`${ofClaude.id.slice(0, 8)}  `);
  expect(await seen(one, "penguins")).toContain(`${ofCodex.id.slice(0, 8)}  `);
  const read = { tool: "show_session", input: { id: ofClaude.id } };
  expect(await calls(two, read)).toContain("tool: Bash: echo hi");
});

test("Claude Code's note goes into its own session after --continue, too", async () => {
  const [claude] = DRIVEN as readonly [Agent];
  await using place = await open(claude);
  await place.prompt(EARLIER);
  const before = begunBy(await recorded(place), EARLIER);
  const note = { tool: "add_note", input: { text: "go on" } };
  const run = await place.resume(scriptOf(note));
  expect(run.code).toBe(0);
  const after = begunBy(await recorded(place), EARLIER);
  expect(after.id).toBe(before.id);
  expect(after.events.filter(({ event_type }) => event_type === "decision")).toHaveLength(1);
});
