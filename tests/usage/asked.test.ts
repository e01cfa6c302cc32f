import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

let world: HistoryWorld;
beforeEach(async () => {
  world = new HistoryWorld();
  copyHome("claude", world.user);
  copyHome("gemini", world.user);
  await world.backfill();
});
afterEach(() => world[Symbol.dispose]());

describe.each(["tokens", "cost"])("mm stats %s", (what) => {
  const asked = async (...words: string[]) => (await world.mm("stats", what, ...words)).out;

  test.each([
    ["claude", "claude-code", 12],
    ["gemini", "gemini-cli", 8],
  ])("takes an agent by its name and by its id: %s", async (name, id, calls) => {
    const counted = (agent: string) =>
      world.json<{ calls: number }>("stats", what, "--agent", agent);
    expect(await counted(id)).toMatchObject({ calls });
    expect(await counted(name)).toEqual(await counted(id));
  });

  test("says what there is where nothing is among what was asked for", async () => {
    expect(await asked("--since", "2026-11-27")).toBe(
      "No tokens found.\n5 sessions in all: mm list\n",
    );
    expect(await asked("--agent", "nobody")).toBe(
      "No tokens found.\nAgents with sessions: claude-code (3), gemini-cli (2)\n",
    );
    expect(await asked("--project", "nowhere")).toBe(
      "No tokens found.\nProjects with sessions: shop (5)\n",
    );
  });

  test("offers the transcripts where no tokens are stored at all", async () => {
    world.exec("DELETE FROM mm_usage");
    expect(await asked("--since", "2026-11-26")).toStartWith("No tokens are stored. `mm backfill`");
  });
});

test("what there is fits a narrow terminal, and a command stays in one piece", async () => {
  world.isTerminal = true;
  world.columns = 40;
  for (const words of [
    ["stats", "tokens", "--agent", "nobody"],
    ["list", "--agent", "nobody"],
    ["search", "nothing"],
  ]) {
    const { out } = await world.mm(...words);
    expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 40)).toEqual([]);
  }
  world.exec("PRAGMA foreign_keys = ON; DELETE FROM sessions");
  const { out } = await world.mm("list");
  expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 40)).toEqual([]);
  expect(out).toMatch(/^(?:.* )?mm backfill$/mu);
});
