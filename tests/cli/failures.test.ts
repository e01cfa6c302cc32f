import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { SCHEMA_VERSION } from "../../src/store/tables.ts";
import { World } from "../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const start = (...words: string[]) => world.mm("session", "start", ...words);

/** Runs every kind of command against the same obstacle. Each must fail with the message, in text and in JSON. */
async function expectFailure(
  message: string,
  hint: RegExp,
  code = "database_unusable",
): Promise<void> {
  for (const words of [
    ["session", "start"],
    ["session", "start", "--idempotent"],
    ["session", "list"],
  ]) {
    const outcome = await world.mm(...words);
    expect({
      words,
      code: outcome.code,
      out: outcome.out,
      first: outcome.err.split("\n")[0],
    }).toEqual({ words, code: 1, out: "", first: `mm: ${message}` });
    expect(outcome.err).toMatch(hint);
    const json = await world.mm(...words, "--json");
    expect(JSON.parse(json.out)).toMatchObject({ error: { code, message } });
    expect(json.err).toBe("");
  }
}

describe("the home", () => {
  test.each([
    [{}, "HOME is not set"],
    [{ HOME: "" }, "HOME is not set"],
    [{ HOME: "relative/home" }, "HOME is not an absolute path: relative/home"],
    [{ HOME: "/x", MM_HOME: "" }, "MM_HOME is empty"],
    [{ HOME: "/x", MM_HOME: "here" }, "MM_HOME is not an absolute path: here"],
  ])("%p", async (env, message) => {
    world.env = env;
    await expectFailure(message, /hint: set .*(MM_HOME|~\/\.memtomem)/u, "invalid_home");
  });

  test("is ~/.memtomem by default", async () => {
    world.env = { HOME: world.folder };
    expect((await start()).code).toBe(0);
    expect(readFileSync(`${world.folder}/.memtomem/.current_session`, "utf8")).toBe(
      `${World.id(1)}\n`,
    );
  });

  test("whose parent is a file", async () => {
    writeFileSync(`${world.folder}/file`, "");
    world.env = { MM_HOME: `${world.folder}/file/home` };
    const { code, err } = await start();
    expect(code).toBe(1);
    expect(err).toContain(`mm: a part of the path is not a folder: ${world.folder}/file/home`);
  });
});

describe("the path of the database", () => {
  test.each([
    ["", "MM_DB is empty"],
    ["here.db", "MM_DB is not an absolute path: here.db"],
  ])("MM_DB=%p", async (path, message) => {
    world.env = { ...world.env, MM_DB: path };
    await expectFailure(
      message,
      /hint: set it to an absolute path, or unset it/u,
      "invalid_database_path",
    );
  });

  test("MM_DB in a missing folder", async () => {
    world.env = { ...world.env, MM_DB: `${world.folder}/missing/mm.db` };
    await expectFailure(
      `the folder of the database doesn't exist: ${world.folder}/missing`,
      /hint: create it/u,
      "invalid_database_path",
    );
  });

  const place = async (env: Record<string, string>) => {
    world.env = { ...world.env, ...env };
    await start();
    return (path: string) => Bun.file(path).size > 0;
  };

  test("MM_DB before memtomem's variable before its files", async () => {
    world.makeHome({
      "config.json": JSON.stringify({ storage: { sqlite_path: "from-config.db" } }),
    });
    const exists = await place({
      MM_DB: `${world.folder}/own.db`,
      MEMTOMEM_STORAGE__SQLITE_PATH: `${world.folder}/theirs.db`,
    });
    expect([
      exists(`${world.folder}/own.db`),
      exists(`${world.folder}/theirs.db`),
      exists(world.database),
    ]).toEqual([true, false, false]);
    delete world.env["MM_DB"];
    await start();
    expect([exists(`${world.folder}/theirs.db`), exists(`${world.home}/from-config.db`)]).toEqual([
      true,
      false,
    ]);
    delete world.env["MEMTOMEM_STORAGE__SQLITE_PATH"];
    await start();
    expect(exists(`${world.home}/from-config.db`)).toBe(true);
  });

  test("~ is expanded; config.d comes after config.json, and its last file by name wins", async () => {
    world.env = { ...world.env, HOME: world.folder };
    world.makeHome({
      "config.json": "{}",
      "config.d/10-a.json": JSON.stringify({ storage: { sqlite_path: "~/a.db" } }),
      "config.d/20-b.json": JSON.stringify({ storage: { sqlite_path: "~/b.db" } }),
      "config.d/30-c.json": JSON.stringify({ other: 1 }),
      "config.d/40-d.txt": JSON.stringify({ storage: { sqlite_path: "~/d.db" } }),
    });
    await start();
    expect(Bun.file(`${world.folder}/b.db`).size).toBeGreaterThan(0);
  });

  test.each([
    ["{", "not valid JSON"],
    ['{"storage":{"sqlite_path":7}}', "storage.sqlite_path is no path"],
    ['{"storage":{"sqlite_path":"a\\u0000b"}}', "storage.sqlite_path is no path"],
  ])("a config.json of %p is ignored with one warning", async (text, problem) => {
    world.makeHome({ "config.json": text });
    expect(await start("--idempotent")).toMatchObject({
      code: 0,
      err: `mm: warning: ignored ${world.home}/config.json: ${problem}\n`,
    });
    expect(world.files()).toEqual([".current_session", "config.json", "memtomem.db"]);
  });
});

describe("the database itself", () => {
  test("garbage is never overwritten", async () => {
    const garbage = "this is no database, but somebody's only copy of something ".repeat(100);
    world.makeHome({ "memtomem.db": garbage });
    await expectFailure(
      `not a SQLite database: ${world.database}`,
      /hint: nothing was changed; move the file away/u,
    );
    expect(readFileSync(world.database, "utf8")).toBe(garbage);
    expect(world.files()).toEqual(["memtomem.db"]);
  });

  test("a directory", async () => {
    mkdirSync(`${world.database}/x`, { recursive: true });
    await expectFailure(`the database ${world.database} is a directory`, /hint: set MM_DB/u);
  });

  test.each(["nowhere", "itself"])("a dangling link, to %s", async (name) => {
    world.makeHome();
    symlinkSync(name === "itself" ? world.database : `${world.folder}/nowhere`, world.database);
    await expectFailure(
      `the database ${world.database} is a dangling link`,
      /hint: remove the link/u,
    );
  });

  test("a file of the system's own, which may wait for ever", async () => {
    const endless = "/proc/self/pagemap";
    if (!existsSync(endless)) return;
    world.makeHome();
    symlinkSync(endless, world.database);
    await expectFailure(`the database ${world.database} is a pipe or a device`, /hint: move it/u);
  });

  test("an empty file is filled", async () => {
    world.makeHome({ "memtomem.db": "" });
    expect((await world.mm("session", "list")).out).toBe("No sessions found.\n");
    expect((await start()).code).toBe(0);
    expect(world.rows("PRAGMA auto_vacuum")).toEqual([{ auto_vacuum: 2 }]);
    expect(world.rows("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  });

  test("another program's database without sessions reads as empty and is adopted by a write", async () => {
    world.makeHome();
    world.exec("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
    expect((await world.mm("session", "list")).out).toBe("No sessions found.\n");
    expect((await start()).code).toBe(0);
    expect(world.rows("SELECT a FROM theirs")).toEqual([{ a: 1 }]);
  });

  test("written by a newer mm: nothing is written", async () => {
    await start();
    world.exec("UPDATE mm_meta SET value = '999' WHERE key = 'schema_version'");
    const before = world.rows("SELECT * FROM sessions");
    await expectFailure(
      `${world.database} was written by a newer mm (schema 999, this mm knows ${SCHEMA_VERSION})`,
      /hint: upgrade this mm/u,
      "database_newer",
    );
    expect(world.rows("SELECT * FROM sessions")).toEqual(before);
  });

  test("locked by another writer: reported after the wait, and nothing is half done", async () => {
    await start("-a", "x");
    const other = new Database(world.database);
    other.run("BEGIN IMMEDIATE");
    world.waitMs = 50;
    const { code, err } = await start("-a", "x");
    expect(code).toBe(1);
    expect(err).toContain(
      `mm: the database is locked by another program: ${world.database}\n  hint: wait`,
    );
    expect((await world.mm("activity", "log", "-c", "x", "--json")).out).toContain(
      '"reason":"write_failed"',
    );
    expect(await start("-a", "x", "--idempotent")).toMatchObject({ code: 0, err: "" });
    other.run("ROLLBACK");
    other.close(true);
    expect(world.rows("SELECT count(*) AS n FROM sessions")).toEqual([{ n: 1 }]);
    expect(world.files()).toEqual([".current_session", "memtomem.db"]);
  });

  test("damaged pages", async () => {
    await start();
    world.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    const bytes = readFileSync(world.database);
    bytes.fill(0x5a, 4096);
    writeFileSync(world.database, bytes);
    const { code, err } = await start();
    expect(code).toBe(1);
    expect(err).toContain(`mm: the database is damaged: ${world.database}\n  hint: copy it`);
  });
});

test("an unexpected failure is one line; MM_DEBUG=1 adds where", async () => {
  const broken = {
    get: () => {
      throw new TypeError("it broke");
    },
  };
  world.env = { ...world.env, HOME: world.folder };
  world.prints = new Proxy({}, broken);
  const { code, err } = await world.mm("doctor");
  expect(code).toBe(1);
  expect(err).toBe("mm: unexpected failure: it broke\n  hint: MM_DEBUG=1 shows where\n");
  world.env = { ...world.env, MM_DEBUG: "1" };
  expect((await world.mm("doctor")).err).toMatch(/\n {4}at /u);
});
