import { expect } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";
import { TRANSCRIPTS } from "../support/transcripts.ts";

// A process keeps the time zone with which it started, hence the binary.
needs("tzdata").each([
  // The run was at 11:36 UTC, which is half past midnight there.
  ["Pacific/Auckland", "2026-11-27"],
  ["UTC", "2026-11-26"],
])("a call belongs to its local day: %s", async (zone, day) => {
  using box = new Sandbox();
  const folder = `${TRANSCRIPTS}/gemini/home/.gemini/tmp/shop/chats`;
  await box.mm(["import", `${folder}/session-2026-11-26T11-36-363f0505.jsonl`]);
  const { out } = await box.mm(["stats", "cost", "--json"], { env: { TZ: zone } });
  const { groups } = JSON.parse(out) as { groups: { key: string }[] };
  expect(groups.map(({ key }) => key)).toEqual([day]);
});
