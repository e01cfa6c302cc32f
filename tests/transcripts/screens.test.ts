import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { copyHome } from "../support/transcripts.ts";

const PAGE = readFileSync(`${import.meta.dir}/../../docs/history.md`, "utf8");

let world: HistoryWorld;
beforeEach(() => {
  world = new HistoryWorld();
  copyHome("claude", world.user);
});
afterEach(() => world[Symbol.dispose]());

/** What the page says that a command prints. */
function screen(command: string): string {
  const block = PAGE.split("```console\n").find((part) => part.startsWith(`$ ${command}\n`)) ?? "";
  return block.slice(command.length + 3, block.indexOf("```"));
}

/** The calls of Copilot were made of a model without a price. */
function renameModel(name: string): void {
  const folder = `${world.user}/.copilot/session-state`;
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".jsonl")) continue;
    const text = readFileSync(`${folder}/${file}`, "utf8");
    writeFileSync(`${folder}/${file}`, text.replaceAll('"model":"mock"', `"model":"${name}"`));
  }
}

test("the page shows what a backfill prints", async () => {
  copyHome("codex", world.user);
  const { out } = await world.mm("backfill");
  // What comes next depends on which hooks there are.
  expect(out.split("\n\n")[0]).toBe(screen("mm backfill").trimEnd());
});

test("the page shows what models cost", async () => {
  rmSync(
    `${world.user}/.claude/projects/-home-ada-shop/11111111-2222-4333-8444-555555555555.jsonl`,
  );
  copyHome("copilot", world.user);
  renameModel("house-model");
  await world.backfill();
  const command = "mm stats cost --by model";
  expect((await world.mm("stats", "cost", "--by", "model")).out).toBe(screen(command));
});

test("what comes next fits a narrow terminal, and its command stays in one piece", async () => {
  world.isTerminal = true;
  world.columns = 40;
  const { out } = await world.mm("backfill");
  expect(out.split("\n").filter((line) => Bun.stringWidth(line) > 40)).toEqual([]);
  expect(out).toEndWith("mm hooks install\n");
});
