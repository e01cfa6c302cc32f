import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
  // Sessions that are started nowhere have no project.
  world.cwd = null;
});
afterEach(() => world[Symbol.dispose]());

const ids = World.id;
const list = (...words: string[]) => world.mm("session", "list", ...words);
const listed = async (...words: string[]) =>
  (await world.json<{ sessions: { id: string }[] }>("session", "list", ...words)).sessions.map(
    ({ id }) => id,
  );

async function threeSessions(): Promise<void> {
  await world.mm("session", "start", "-a", "x", "-t", "First");
  await world.mm("activity", "log", "-c", "e");
  await world.mm("session", "end", "-s", "done");
  world.pass(86_400);
  await world.mm("session", "start", "-a", "y");
  world.pass(86_400);
  await world.mm("session", "start", "-a", "x", "-n", "custom");
}

test("nothing yet: an answer, and nothing is created", async () => {
  expect(await list()).toEqual({ code: 0, out: "No sessions found.\n", err: "" });
  expect((await list("--json")).out).toBe('{"sessions":[],"count":0}\n');
  expect(world.files()).toEqual([]);
});

test("JSON: these keys, newest first", async () => {
  await threeSessions();
  const { out } = await list("--json");
  expect(out.trimEnd()).not.toContain("\n");
  expect(JSON.parse(out)).toEqual({
    sessions: [
      {
        id: ids(3),
        agent_id: "x",
        started_at: "2026-03-12T12:00:00+00:00",
        ended_at: null,
        status: "active",
        state: "waiting",
        title: null,
        summary: null,
        namespace: "custom",
        event_count: 0,
        project: null,
        cwd: null,
        branch: null,
        last_event_at: "2026-03-12T12:00:00+00:00",
        resume_command: null,
        usage: null,
      },
      {
        id: ids(2),
        agent_id: "y",
        started_at: "2026-03-11T12:00:00+00:00",
        ended_at: null,
        status: "active",
        state: "waiting",
        title: null,
        summary: null,
        namespace: "agent-runtime:y",
        event_count: 0,
        project: null,
        cwd: null,
        branch: null,
        last_event_at: "2026-03-11T12:00:00+00:00",
        resume_command: null,
        usage: null,
      },
      {
        id: ids(1),
        agent_id: "x",
        started_at: "2026-03-10T12:00:00+00:00",
        ended_at: "2026-03-10T12:00:00+00:00",
        status: "ended",
        state: "ended",
        title: "First",
        summary: "done",
        namespace: "agent-runtime:x",
        event_count: 1,
        project: null,
        cwd: null,
        branch: null,
        last_event_at: "2026-03-10T12:00:00+00:00",
        resume_command: null,
        usage: null,
      },
    ],
    count: 3,
  });
});

test("text: a table in local time that fits its columns", async () => {
  await threeSessions();
  const { out } = await list("--limit", "2");
  const local = (day: number) => {
    const date = new Date(Date.UTC(2026, 2, day, 12));
    const two = (n: number) => String(n).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
  };
  expect(out).toBe(
    [
      "Active            State    Agent  Events  Title       ID",
      `${local(12)}  waiting  x           0  (no title)  ${ids(3)}`,
      `${local(11)}  waiting  y           0  (no title)  ${ids(2)}`,
      "",
      "2 of 3 sessions · more: --limit 3, --project ., mm search",
      "",
    ].join("\n"),
  );
});

test("text: those that were active last come first, and ended ones leave no column of their own", async () => {
  await threeSessions();
  world.env = { ...world.env, MM_SESSION_ID: ids(2) };
  world.pass(60);
  await world.mm("activity", "log", "-c", "again");
  const lines = (await list()).out.split("\n");
  expect(lines.slice(1, 4).map((line) => line.slice(-36))).toEqual([ids(2), ids(3), ids(1)]);
  expect(await listed()).toEqual([ids(3), ids(2), ids(1)]);
  world.exec("UPDATE sessions SET ended_at = started_at");
  const { out } = await list();
  expect(out.split("\n")[0]).toBe("Active            Agent  Events  Title       ID");
  expect(out).toEndWith("\n3 sessions\n");
});

test("on a terminal: ages, short ids, and as many as fit", async () => {
  for (let n = 0; n < 30; n++) {
    await world.mm("session", "start", "-t", `Task number ${n}`);
    world.pass(60);
  }
  world.isTerminal = true;
  const { out } = await list();
  const lines = Bun.stripANSI(out).split("\n");
  expect(lines[1]).toBe(" 1m ago  waiting  default       0  Task number 29  00000030");
  expect(lines).toHaveLength(19 + 4);
  expect(lines.at(-2)).toBe("19 of 30 sessions · more: --limit 30, --project ., mm search");
  expect(out).toContain("\x1b[1mTask number 29\x1b[22m");
  expect(out).toStartWith(" \x1b[4m\x1b[2mActive\x1b[22m\x1b[24m");
  world.height = 3;
  world.hasPager = false;
  expect(Bun.stripANSI((await list()).out)).toContain("\n5 of 30 sessions");
  world.height = 24;
  world.hasPager = true;
  expect(world.paged).toEqual([]);
  await list("--limit", "30");
  expect(Bun.stripANSI(world.paged[0]?.text ?? "")).toEndWith("\n30 sessions\n");
});

describe("filters", () => {
  beforeEach(threeSessions);

  test.each([
    [
      ["-a", "x"],
      [3, 1],
    ],
    [["-a", "any text % '"], []],
    [["--active"], [3, 2]],
    [["--active", "-a", "y"], [2]],
    [["-l", "1"], [3]],
    [["-l", "0"], []],
    [
      ["--since", "1d"],
      [3, 2],
    ],
    [
      ["--since", "2026-03-11T12:00:00Z"],
      [3, 2],
    ],
    [["--until", "2026-03-11T12:00:00Z"], [1]],
    [["--since", "2026-03-11T12:00:00Z", "--until", "2026-03-12T12:00:00Z"], [2]],
    [
      ["--until", "0s"],
      [2, 1],
    ],
  ] as const)("%p", async (words, found) => {
    expect(await listed(...words)).toEqual(found.map(ids));
  });

  test.each([
    [["--since", "1d", "--until", "2d"], "--since 1d is later than --until 2d"],
    [["--project", ""], "the project is empty"],
    [["--limit", "-1"], "invalid value '-1' for --limit; expected a whole number"],
    [["--limit", "abc"], "invalid value 'abc' for --limit; expected a whole number"],
    [["--limit", ""], "invalid value '' for --limit; expected a whole number"],
    [["--limit", "1.5"], "invalid value '1.5' for --limit; expected a whole number"],
    [
      ["--since", "2026-02-30"],
      "invalid time '2026-02-30'; expected a date (2026-01-31), a date-time (2026-01-31T09:30), a day (yesterday, monday) or how long ago (7d, 2w)",
    ],
  ] as const)("%p is refused", async (words, message) => {
    const { code, err, out } = await list(...words);
    expect({ code, out, first: err.split("\n")[0] }).toEqual({
      code: 2,
      out: "",
      first: `mm: ${message}`,
    });
  });
});

test("--limit 0 only counts", async () => {
  await world.mm("session", "start");
  await world.mm("session", "start");
  const { code, out } = await world.mm("session", "list", "--limit", "0");
  expect({ code, out }).toEqual({ code: 0, out: "0 of 2 sessions\n" });
});

test("ties in time are ordered by insertion, the default limit is 20", async () => {
  for (let n = 0; n < 22; n++) await world.mm("session", "start");
  expect(await listed()).toEqual(Array.from({ length: 20 }, (_, i) => ids(22 - i)));
});

test("rows that other programs wrote badly are shown, safely", async () => {
  await world.mm("session", "start");
  world.exec("DELETE FROM sessions");
  world.exec(`INSERT INTO sessions (id, agent_id, started_at, ended_at, summary, metadata, namespace) VALUES
    ('a/b c', x'ff41', 'not a time', '', x'00', '{"title":7}', ''),
    (char(27) || '[31m', 'x', '2026-03-10 10:00:00', NULL, NULL, '{"title":"two\\nlines"}', 'n')`);
  const { out, code, err } = await list();
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("\\x1b[31m");
  expect(out).toContain("two\\nlines");
  expect(out).toContain("not a time");
  expect(out).not.toContain("\x1b");
  expect(await listed()).toEqual(["a/b c", "\x1b[31m"]);
});
