import { expect, test } from "bun:test";

/** Prints the quarters of an hour for which SQLite itself tells another local hour. */
const SCRIPT = `
  const { Database } = await import("bun:sqlite");
  const { localHours } = await import(${JSON.stringify(`${import.meta.dir}/../../src/stats/local/sql.ts`)});
  const db = new Database(":memory:");
  const asked = db.query("SELECT strftime('%Y-%m-%d %H', ?1, 'unixepoch', 'localtime') AS local");
  const hourOf = localHours({ db });
  const quartersFrom = (time, days) => Array.from({ length: days * 96 }, (_, at) => Date.parse(time) / 900_000 + at);
  const quarters = [
    ...quartersFrom("1969-12-29T00:00Z", 8), ...quartersFrom("2026-03-01T00:00Z", 60),
    ...quartersFrom("2026-10-01T00:00Z", 40), ...quartersFrom("2038-01-10T00:00Z", 20),
    ...quartersFrom("0600-02-26T00:00Z", 6), ...quartersFrom("9999-12-30T00:00Z", 2),
  ];
  const others = quarters.filter((quarter) => {
    const { day, hour } = hourOf(quarter);
    return (asked.get(quarter * 900).local ?? "null null") !== day + " " + hour;
  });
  console.log(quarters.length, JSON.stringify(others));
`;

// These say themselves when clocks are changed, so that no file has to.
test.each([
  "UTC0",
  "EST5EDT,M3.2.0,M11.1.0",
  "LHST-10:30LHDT-11,M10.1.0,M4.1.0",
  "NPT-5:45",
  "LINT-14",
])("hours are SQLite's local hours in the time zone %s", (zone) => {
  const { stdout } = Bun.spawnSync([process.execPath, "-e", SCRIPT], {
    env: { ...process.env, TZ: zone },
  });
  expect(stdout.toString()).toBe("13056 []\n");
});
