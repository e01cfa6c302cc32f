import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { rows } from "../support/stored.ts";
import { type Agent, DRIVEN } from "./agents.ts";
import { driving } from "./driving.ts";
import { TITLE_TOKENS, TOKENS } from "./model/conversation.ts";
import { fetchPackage } from "./packages.ts";
import { nothingIsLeft } from "./processes.ts";
import { twoPlainPrompts } from "./scenes.ts";
import { Workplace } from "./workplace.ts";

setDefaultTimeout(600_000);

// As clients.ts, run by `bun run test:clients` alone.

const { mm, server } = driving();

/** What the model's calls of one run have cost, as far as the agent writes them down. */
function served({ name }: Agent, from: number) {
  const written = server.served
    .slice(from)
    .filter(({ isTitle }) => name !== "opencode" || !isTitle);
  const sum = (of: "input" | "output") => written.reduce((all, call) => all + call[of], 0);
  return { input: sum("input"), output: sum("output") };
}

async function told(place: Workplace) {
  const { input_tokens: input, output_tokens: output } = (await place.mm("stats", "tokens")) as {
    input_tokens: number;
    output_tokens: number;
  };
  return { input, output };
}

async function open(agent: Agent): Promise<Workplace> {
  const unpacked = await fetchPackage(...agent.package);
  return new Workplace(agent, { mm, url: server.url, folder: unpacked });
}

describe.each([...DRIVEN])("$name", (agent) => {
  test("without hooks, a backfill finds every token that the model served", async () => {
    await using place = await open(agent);
    const from = server.served.length;
    await twoPlainPrompts(place);
    await place.mm("backfill", agent.name);
    expect(await told(place)).toEqual(served(agent, from));
  });

  test("with hooks, its session is complete without being asked for, and nothing is counted twice", async () => {
    await using place = await open(agent);
    await place.installHooks(true);
    const from = server.served.length;
    await twoPlainPrompts(place);
    await nothingIsLeft(place.box.folder);
    const kept = await told(place);
    await place.mm("backfill", agent.name);
    const all = served(agent, from);
    expect(await told(place)).toEqual(all);
    expect(rows<object>(place.box, "SELECT 1 FROM sessions")).toHaveLength(1);
    // One that tells no end is completed at its next start.
    if (agent.ends !== null) expect(kept).toEqual(all);
  });
});

/** Whether a file below a folder has this text in it. */
function isWritten(folder: string, text: string): boolean {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files.some(
    (file) => file.isFile() && readFileSync(`${file.parentPath}/${file.name}`).includes(text),
  );
}

test("OpenCode writes nowhere what the call for a title took", async () => {
  const agent = DRIVEN.find(({ name }) => name === "opencode") as Agent;
  await using place = await open(agent);
  const from = server.served.length;
  await twoPlainPrompts(place);
  expect(server.served.slice(from).filter(({ isTitle }) => isTitle)).toHaveLength(1);
  const home = place.box.folder;
  expect(isWritten(home, String(TOKENS.input))).toBe(true);
  expect(isWritten(home, String(TITLE_TOKENS.input))).toBe(false);
});
