import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { truncateSync, writeFileSync } from "node:fs";
import { Fleet } from "../support/fleet.ts";

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});
afterEach(() => fleet[Symbol.dispose]());

const mm = (...words: string[]) => fleet.laptop.mm(...words);
const replica = () => `${fleet.laptop.home}/mm-remote.db`;

function change(sql: string): void {
  const db = new Database(replica());
  db.run(sql);
  db.close(true);
}

const COMMANDS = [
  ["list"],
  ["ps"],
  ["search", "cart"],
  ["show", "last"],
  ["events", "last"],
  ["stats"],
  ["stats", "tokens"],
];

const HERE = "Fix the cart";

describe("without a replica", () => {
  beforeEach(() => fleet.work(fleet.laptop, "c1", HERE, fleet.shop));

  test.each(COMMANDS)("mm %s tells what is here, and the next step", async (...words) => {
    const alone = await mm(...words);
    const machine = words.includes("show") ? "Machine      laptop\n" : "";
    expect(machine === "" ? alone.out : "").not.toContain("laptop");
    const { code, out, err } = await mm(...words, "--machine", "all");
    expect({ code, err }).toEqual({
      code: 0,
      err: "mm: warning: no other machine's sessions are here; `mm sync pull` gets them\n",
    });
    expect(out.replace(machine, "")).toBe(alone.out);
    expect(await mm(...words, "--machine", "laptop")).toEqual({ code: 0, out, err: "" });
  });

  test("another machine is unknown", async () => {
    expect(await mm("list", "--machine", "desk")).toEqual({
      code: 1,
      out: "",
      err: "mm: no machine is called 'desk'\n  hint: `mm sync pull` gets the sessions of others\n",
    });
  });

  test("nothing is created", async () => {
    const before = fleet.laptop.files();
    await mm("list", "--machine", "all");
    await mm("show", "--machine", "all");
    expect(fleet.laptop.files()).toEqual(before);
  });
});

/** What can be wrong with the file, and what is said of it. */
const FAULTS: Readonly<Record<string, readonly [spoil: () => void, said: RegExp]>> = {
  "no database": [
    () => writeFileSync(replica(), "not a database".repeat(1000)),
    /not a SQLite database: \S+mm-remote\.db; remove it, and `mm sync pull` gets everything again/u,
  ],
  "cut off": [() => truncateSync(replica(), 8192), /mm-remote\.db.*; remove it, and/u],
  "without a table of sessions": [
    () => change("DROP TABLE mm_remote_sessions"),
    /mm-remote\.db .*no.* table:? .*mm_remote_sessions; remove it, and/u,
  ],
  "without memtomem's tables": [
    () => change("PRAGMA foreign_keys = OFF; DROP TABLE sessions"),
    /mm-remote\.db .*no.* table:? .*sessions; remove it, and/u,
  ],
  "of a newer mm": [
    () => change("UPDATE mm_meta SET value = '99' WHERE key = 'schema_version'"),
    /mm-remote\.db was written by a newer mm .*; upgrade this mm/u,
  ],
};

describe.each(Object.keys(FAULTS))("a replica that is %s", (fault) => {
  const [spoil, said] = FAULTS[fault] as (typeof FAULTS)[string];
  beforeEach(async () => {
    await fleet.fill();
    change("PRAGMA wal_checkpoint(TRUNCATE)");
    spoil();
  });

  test("leaves this machine's sessions, with a warning", async () => {
    for (const words of COMMANDS) {
      const { code, out, err } = await mm(...words, "--machine", "all");
      expect({ words, code, out }).toEqual({ words, code: 0, out: expect.any(String) });
      expect(err).toMatch(/^mm: warning: only this machine's sessions were read: [^\n]*\n$/u);
      expect(err).toMatch(said);
    }
    expect((await mm("list", "--machine", "all")).out).toContain(HERE);
    expect((await mm("search", "cart", "--machine", "all")).out).toContain(HERE);
  });

  test("is an error where only another machine is meant, and for an export", async () => {
    for (const words of [
      ["list", "--machine", "desk"],
      ["search", "cart", "--machine", "desk,bob/build"],
      ["export", "--all", "--machine", "all"],
    ]) {
      const { code, out, err } = await mm(...words);
      expect({ words, code, out }).toEqual({ words, code: 1, out: "" });
      expect(err).not.toContain("unexpected");
      expect(err.replace("\n  hint: ", "; ")).toMatch(said);
    }
  });

  test("doesn't matter where nobody asks for it", async () => {
    const { code, err } = await mm("list");
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});

test("a replica that somebody has locked leaves this machine's sessions", async () => {
  await fleet.fill();
  const db = new Database(replica());
  db.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM mm_events");
  try {
    const { code, out, err } = await mm("list", "--machine", "all");
    expect({ code, isHere: out.includes(HERE) }).toEqual({ code: 0, isHere: true });
    expect(err).toMatch(
      /^mm: warning: only this machine's sessions were read: the database is locked by another program: \S+mm-remote\.db; wait for/u,
    );
  } finally {
    db.close(true);
  }
});

test("a replica of an older mm is brought up to date", async () => {
  await fleet.fill();
  change(
    "ALTER TABLE mm_sessions DROP COLUMN history; UPDATE mm_meta SET value = '4' WHERE key = 'schema_version'",
  );
  const { out, err } = await mm("list", "--machine", "desk");
  expect({ isThere: out.includes("Round the prices"), err }).toEqual({ isThere: true, err: "" });
});

test("a pull that was cut short has left what it had", async () => {
  await fleet.fill();
  change("UPDATE mm_remote_sources SET rev = 0; DELETE FROM session_events");
  const { out, err } = await mm("list", "--machine", "all");
  expect({ isThere: out.includes("Round the prices"), err }).toEqual({ isThere: true, err: "" });
  change("DROP TABLE mm_remote_sources");
  expect((await mm("list", "--machine", "all")).err).toContain("`mm sync pull` gets them");
});

test("what is read stays as it was while a pull goes on", async () => {
  await fleet.fill();
  const db = new Database(replica());
  db.run("BEGIN IMMEDIATE; DELETE FROM sessions");
  try {
    const { out, err } = await mm("list", "--machine", "all");
    expect({ isThere: out.includes("Round the prices"), err }).toEqual({ isThere: true, err: "" });
  } finally {
    db.close(true);
  }
});

test("hostile names and rows are data", async () => {
  await fleet.fill();
  change(`UPDATE mm_remote_sources SET machine = 'de"sk''\x1b[31m' WHERE machine = 'desk'`);
  change("UPDATE sessions SET started_at = 'garbage', metadata = 'no JSON' WHERE rowid = 1");
  for (const words of COMMANDS) {
    const { code, out, err } = await mm(...words, "--machine", "all");
    expect({ words, code, err, raw: out.includes("\x1b") }).toEqual({
      words,
      code: 0,
      err: "",
      raw: false,
    });
  }
  const { err } = await mm("list", "--machine", "x\x1b[31m");
  expect(err).not.toContain("\x1b");
});
