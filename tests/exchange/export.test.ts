import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { exported, fill } from "../support/transfer.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => {
  world[Symbol.dispose]();
});

const ids = HookWorld.id;
describe("where it is written", () => {
  const file = () => `${world.folder}/out.jsonl`;

  test("a new file that only the user can read, in the format of its extension", async () => {
    await fill(world);
    const { code, out } = await world.mm("session", "export", "--all", "-o", file());
    expect({ code, out }).toEqual({
      code: 0,
      out: `Exported 2 sessions with 3 events to ${file()}\n`,
    });
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(), "utf8")).toBe(await exported(world, "--all", "--format", "jsonl"));
  });

  test("`last` is the session that was last active", async () => {
    const none = await world.mm("session", "export", "last");
    expect(none).toMatchObject({ code: 1, out: "" });
    expect(none.err).toStartWith("mm: there is no session to export\n");
    await fill(world);
    const { out } = await world.mm("session", "export", "last", "--format", "jsonl");
    const newest = world.rows("SELECT id FROM sessions ORDER BY started_at DESC, rowid DESC");
    expect(out.split("\n")[1]).toContain(`"id":"${newest[0]?.["id"]}"`);
    expect(out.match(/"kind":"session"/gu)).toHaveLength(1);
  });

  test("an existing file stays unless --force is given", async () => {
    await fill(world);
    writeFileSync(file(), "old");
    const refused = await world.mm("session", "export", "--all", "-o", file());
    expect(refused).toEqual({
      code: 1,
      out: "",
      err: `mm: the file exists: ${file()}\n  hint: --force replaces it; nothing was written\n`,
    });
    expect(readFileSync(file(), "utf8")).toBe("old");
    const link = `${world.folder}/link.jsonl`;
    symlinkSync(file(), link);
    expect((await world.mm("session", "export", "--all", "--force", "-o", link)).code).toBe(0);
    expect(readFileSync(file(), "utf8")).toStartWith('{"kind":"mm-export"');
  });

  test("a failure leaves nothing behind", async () => {
    await fill(world);
    const folder = `${world.folder}/outs`;
    mkdirSync(folder);
    const { code } = await world.mm("session", "export", "unknown-id", "-o", `${folder}/x.jsonl`);
    expect({ code, files: readdirSync(folder) }).toEqual({ code: 1, files: [] });
  });

  test.each([
    ["/nowhere/x.md", "can't write /nowhere/x.md: its folder doesn't exist"],
    ["/tmp", "it is a folder: /tmp"],
    ["", "the file name is empty"],
  ])("%p can't be written", async (path, message) => {
    await fill(world);
    expect((await world.mm("session", "export", "--all", "-o", path)).err).toStartWith(
      `mm: ${message}`,
    );
  });
});

describe("which sessions", () => {
  const got = async (...words: string[]) =>
    (await exported(world, ...words, "--format", "jsonl"))
      .split("\n")
      .filter((line) => line.startsWith('{"kind":"session"'))
      .map((line) => JSON.parse(line).id);

  test("the current one, those named, all, or the latest", async () => {
    await world.mm("session", "start");
    world.pass(3600);
    await world.mm("session", "start", "-a", "x");
    expect(await got()).toEqual([ids(2)]);
    expect(await got("000000", "--since", "1d").catch(() => "refused")).toBe("refused");
    expect(await got(ids(1), ids(2), ids(1).slice(0, 8))).toEqual([ids(1), ids(2)]);
    expect(await got("--all")).toEqual([ids(1), ids(2)]);
    expect(await got("--since", "30m")).toEqual([ids(2)]);
    expect(await got("--all", "--since", "30m")).toEqual([ids(2)]);
  });

  test("none: it says what to do", async () => {
    const { code, err } = await world.mm("session", "export");
    expect({ code, err }).toEqual({
      code: 1,
      err: "mm: there is no session to export\n  hint: name one, or use --all; `mm session list` shows them\n",
    });
  });
});

test("json is one document with the events in their session", async () => {
  await fill(world);
  const document = JSON.parse(await exported(world, "--all", "--format", "json"));
  expect(Object.keys(document)).toEqual(["kind", "version", "exported_at", "sessions"]);
  expect(document.sessions.map(({ events }: { events: unknown[] }) => events.length)).toEqual([
    1, 2,
  ]);
  expect(JSON.parse(await exported(world, "--since", "0s", "--format", "json")).sessions).toEqual(
    [],
  );
});

describe("the picture of a session that never ended", () => {
  const columns = async () =>
    [
      ...(await exported(world, "--all", "--format", "html")).matchAll(
        /<rect class="\w+" x="([\d.]+)"/gu,
      ),
    ].map(([, x]) => Number(x));

  test("started by hand: its last event is at the end", async () => {
    await world.mm("session", "start");
    for (const _ of [0, 1, 2]) {
      await world.mm("activity", "log", "-c", "x");
      world.pass(1800);
    }
    expect(await columns()).toEqual([0.1, 60.1, 119.1]);
  });

  test("by memtomem: so is its latest event, whatever the order and format of its times", async () => {
    world.useMemtomemHome();
    world.exec(`DELETE FROM sessions;
      INSERT INTO sessions (id, agent_id, started_at) VALUES ('a/b', 'x', '2026-03-10T12:00:00+00:00')`);
    for (const at of ["2026-03-10 12:30:00", "2026-03-10T13:00:00.5+00:00", "12:15 or so"])
      world.exec(`INSERT INTO session_events (session_id, event_type, content, created_at)
        VALUES ('a/b', 'note', 'x', '${at}')`);
    expect(await columns()).toEqual([60.1, 119.1]);
  });

  test("by hooks: so is an event that was logged after the last hook", async () => {
    await world.start();
    await world.prompt("go");
    world.pass(3600);
    const [row] = world.rows<{ id: string }>("SELECT id FROM sessions");
    await world.mm("activity", "log", "-c", "x", "--session", row?.id ?? "");
    expect(await columns()).toEqual([0.1, 119.1]);
  });
});

test("a session that was ended as stale lasted until its last event", async () => {
  await world.mm("session", "start");
  await world.mm("activity", "log", "-c", "x");
  world.pass(1260);
  await world.mm("activity", "log", "-c", "x");
  world.pass(3 * 86_400);
  await world.mm("session", "start", "--auto-end-stale", "1d");
  expect(await exported(world, ids(1))).toContain("; 21m, silent after that\n");
  const page = await exported(world, ids(1), "--format", "html");
  expect(page).toContain(" · 21m, silent after that</p>");
  expect([...page.matchAll(/<rect [^>]*x="([\d.]+)"/gu)].map(([, x]) => x)).toEqual([
    "0.1",
    "119.1",
  ]);
  expect((await world.mm("session", "show", ids(1))).out).toContain("(21m");
});
