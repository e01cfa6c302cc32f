import { expect } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { exec } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

// A process keeps the time zone with which it started, hence the binary.
needs("tzdata").each([
  // Midnight in Kathmandu is at 18:15 UTC.
  [
    "Asia/Kathmandu",
    [
      ["2026-03-10", 2],
      ["2026-03-11", 2],
    ],
  ],
  ["UTC", [["2026-03-10", 4]]],
  ["America/New_York", [["2026-03-10", 4]]],
])("days are those of the local time zone: %s", async (zone, days) => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  for (const at of [
    "2026-03-10T18:00:00+00:00",
    "2026-03-10T18:14:59+00:00",
    "2026-03-10T18:15:00+00:00",
    "2026-03-10 18:20:00",
  ])
    exec(
      box,
      `INSERT INTO session_events (session_id, event_type, content, created_at)
        SELECT id, 'note', 'x', '${at}' FROM sessions`,
    );
  const { out } = await box.mm(["stats", "--json"], { env: { TZ: zone } });
  const { groups } = JSON.parse(out) as { groups: { key: string; events: number }[] };
  expect(groups.map(({ key, events }) => [key, events])).toEqual(days as [string, number][]);
});
