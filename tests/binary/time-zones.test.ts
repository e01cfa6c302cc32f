import { expect } from "bun:test";
import { Sandbox } from "../support/binary.ts";
import { exec } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

const test = needs("tzdata");

/** A winter's night and a summer's, each near a midnight somewhere. */
const MOMENTS = ["2026-01-15T22:45:00+00:00", "2026-07-14T21:50:00+00:00"];

/** What the system's C library makes of a moment. */
function byDate(moment: string, zone: string): string {
  const { stdout } = Bun.spawnSync(["date", "-d", moment, "+%F %H:%M"], {
    env: { PATH: process.env["PATH"], TZ: zone },
  });
  return stdout.toString().trim();
}

type Listed = { sessions: { id: string }[] };

// A process keeps the time zone with which it started, hence the binary.
test.each([
  "UTC",
  "UTC0",
  "XYZ-3",
  "XYZ3",
  "<+0330>-3:30",
  "EST5EDT",
  "CET-1CEST",
  "NZST-12NZDT,M9.5.0,M4.1.0/3",
  "Europe/Berlin",
  ":Europe/Berlin",
  "/usr/share/zoneinfo/Asia/Kathmandu",
  ":/usr/share/zoneinfo/Asia/Kathmandu",
  "europe/berlin",
  "",
  "nonsense",
])("all that is local is what `date` says in the time zone %p", async (zone) => {
  using box = new Sandbox();
  const env = { TZ: zone };
  const json = async <T>(...words: string[]) =>
    JSON.parse((await box.mm([...words, "--json"], { env })).out) as T;
  for (const moment of MOMENTS) {
    await box.mm(["session", "start"]);
    exec(
      box,
      `UPDATE sessions SET started_at = '${moment}' WHERE rowid = (SELECT max(rowid) FROM sessions);
       INSERT INTO session_events (session_id, event_type, content, created_at)
         SELECT id, 'note', 'x', '${moment}' FROM sessions WHERE started_at = '${moment}'`,
    );
  }
  const table = (await box.mm(["session", "list"], { env })).out;
  const days: string[] = [];
  for (const moment of MOMENTS) {
    const local = byDate(moment, zone);
    days.push(local.slice(0, 10));
    expect(table).toContain(local);
    const minute = local.replace(" ", "T");
    const later = `${minute}:01`;
    // What was shown finds what it was shown of, and nothing else.
    const at = ["--since", minute, "--until", later];
    expect((await json<Listed>("session", "list", ...at)).sessions).toHaveLength(1);
    expect((await json<Listed>("session", "list", "--since", later)).sessions).toHaveLength(
      MOMENTS.length - days.length,
    );
    const day = ["--since", local.slice(0, 10)];
    expect((await json<Listed>("session", "list", ...day)).sessions).toHaveLength(
      MOMENTS.length + 1 - days.length,
    );
  }
  const { groups } = await json<{ groups: { key: string }[] }>("stats");
  expect(groups.map(({ key }) => key)).toEqual(days);
  // The calendar ends with that day, and shows it.
  const until = byDate(`${MOMENTS[0]} + 1 minute`, zone).replace(" ", "T");
  const calendar = (await box.mm(["stats", "--until", until], { env })).out;
  expect(calendar).toMatch(/^ {2}(?:Mon|Wed|Fri|Sun| {3}) {1,2}.*█/mu);
  const since = ["session", "export", "--format", "json", "--since", days[1] ?? ""];
  const { out } = await box.mm(since, { env });
  expect(out).toContain(MOMENTS[1] ?? "");
  expect(out).not.toContain(MOMENTS[0] ?? "");
});
