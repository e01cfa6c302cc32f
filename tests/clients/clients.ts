import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { AGENTS } from "../../src/agents/agents.ts";
import { type Agent, DRIVEN } from "./agents.ts";
import { driving } from "./driving.ts";
import { withoutChance } from "./output.ts";
import { fetchPackage } from "./packages.ts";
import { agentWrote, ownTimes, recorded, theSession, troubles } from "./recorded.ts";
import { Report } from "./report.ts";
import {
  expectedEnd,
  FIRST,
  killInTurn,
  type TwoPrompts,
  twoPlainPrompts,
  twoPrompts,
} from "./scenes.ts";
import { BRANCH, Workplace } from "./workplace.ts";

// A real agent takes its time.
setDefaultTimeout(600_000);

// Not named like a test: it downloads the agents, so it is run by `bun run test:clients` alone.

const STALE_MS = 1000;

const { mm, server } = driving();
const report = new Report();

afterAll(() => console.log(`\n${report}`));

async function open(agent: Agent): Promise<Workplace> {
  const unpacked = await fetchPackage(...agent.package);
  return new Workplace(agent, { mm, url: server.url, folder: unpacked });
}

async function openWithHooks(agent: Agent): Promise<Workplace> {
  const workplace = await open(agent);
  await workplace.installHooks();
  return workplace;
}

describe.each([...DRIVEN])("$name", (agent) => {
  let workplace: Workplace;
  let seen: TwoPrompts;

  beforeAll(async () => {
    workplace = await openWithHooks(agent);
    seen = await twoPrompts(workplace);
    report.add(agent, { session: seen.sessions[1], own: ownTimes(workplace), hooked: seen.runs });
  });

  afterAll(async () => {
    await workplace?.[Symbol.asyncDispose]();
  });

  test("a prompt is a session with what happened in it", () => {
    const [session] = seen.sessions;
    expect(seen.runs[0]).toMatchObject({ code: 0 });
    expect(session).toMatchObject({
      ...expectedEnd(agent),
      agent_id: AGENTS[agent.name].agentId,
      client: agent.name,
      title: FIRST,
      project: `${workplace.repository}/.git`,
      root: workplace.repository,
      branch: BRANCH,
      types: agent.leaves.first,
    });
    expect(agentWrote(workplace, session, session.external_id)).toBe(true);
  });

  test("resumed, it is the same session", () => {
    const [session, resumed] = seen.sessions;
    const { id, external_id, started_at, title } = session;
    expect(seen.runs[1]).toMatchObject({ code: 0 });
    expect(resumed).toMatchObject({
      ...expectedEnd(agent),
      ...{ id, external_id, started_at, title },
      types: [...agent.leaves.first, ...agent.leaves.resumed],
    });
    expect(troubles(workplace)).toBe("");
  });

  test("it prints what it prints without hooks", async () => {
    await using plain = await open(agent);
    const usual = await twoPlainPrompts(plain);
    report.add(agent, { plain: usual });
    expect(seen.runs.map((run) => withoutChance(run, workplace))).toEqual(
      usual.map((run) => withoutChance(run, plain)),
    );
  });

  test("killed in mid-turn, it is gone, and its session can be gone on with", async () => {
    await using place = await openWithHooks(agent);
    const { id } = await killInTurn(place, server);
    expect(await theSession(place)).toMatchObject({ id, status: "gone", types: ["prompt"] });
    expect(await place.resume(FIRST)).toMatchObject({ code: 0 });
    expect(await theSession(place)).toMatchObject({
      ...expectedEnd(agent),
      id,
      types: ["prompt", ...agent.leaves.revived, ...agent.leaves.first],
    });
    expect(troubles(place)).toBe("");
  });

  test("killed in mid-turn, its session is ended by a later start when it is stale", async () => {
    await using place = await openWithHooks(agent);
    const file = `${place.box.home}/mm.json`;
    const settings = JSON.parse(readFileSync(file, "utf8")) as object;
    await Bun.write(file, JSON.stringify({ ...settings, stale: `${STALE_MS / 1000}s` }));
    const { id } = await killInTurn(place, server);
    await Bun.sleep(STALE_MS);
    await place.prompt(FIRST);
    const [old, next, ...others] = await recorded(place);
    expect(others).toEqual([]);
    expect(old).toMatchObject({ id, status: "ended", ended_by: "stale", types: ["prompt"] });
    expect(next).toMatchObject({ ...expectedEnd(agent), types: agent.leaves.first });
    expect(troubles(place)).toBe("");
  });
});
