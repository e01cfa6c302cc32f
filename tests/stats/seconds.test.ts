import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { usualSeconds } from "../../src/stats/local/seconds.ts";
import { storedSeconds } from "../../src/stats/local/sql.ts";
import { epochSeconds } from "../../src/store/statements.ts";
import { randomFrom } from "../support/random.ts";

const db = new Database(":memory:");
const asked = db.query<{ at: number | null }, [string]>(`SELECT ${epochSeconds("?1")} AS at`);

test("usual times, valid or not, are the same as SQLite's", () => {
  const random = randomFrom(11);
  const digits = (below: number, length = 2) =>
    String(Math.floor(random() * below)).padStart(length, "0");
  let usual = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = `${digits(10_000, 4)}-${digits(14)}-${digits(33)}T${digits(25)}:${digits(61)}:${digits(61)}+00:00`;
    const at = usualSeconds(text);
    if (at === null) continue;
    usual++;
    expect<unknown>([text, at]).toEqual([text, asked.get(text)?.at ?? null]);
  }
  expect(usual).toBeGreaterThan(10_000);
});

test.each<readonly [string | number | null, string | number]>([
  ["2026-03-10T12:00:00+00:00", 1_773_144_000],
  ["2026-03-10T12:00:00Z", 1_773_144_000],
  ["2026-03-10 12:00:00", 1_773_144_000],
  ["2026-03-10T12:00:00+02:00", 1_773_136_800],
  ["2026-03-10T12:00:0x+00:00", "2026-03-10T12:00:0x+00:00"],
  ["2026-13-10T12:00:00+00:00", "2026-13-10T12:00:00+00:00"],
  ["now", "now"],
  ["12:00", "12:00"],
  [2_460_000, "2460000"],
  [null, ""],
])("%j is told as it is stored", (stored, at) => {
  expect(storedSeconds(db)(stored)).toBe(at);
});
