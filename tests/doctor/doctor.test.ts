import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { SCHEMA_VERSION } from "../../src/store/tables.ts";
import { damageIndex, doctor, found } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine[Symbol.dispose]());

const ids = Machine.id;
const PASSED = [
  "home",
  "left-logs",
  "tables",
  "database",
  "writable",
  "owners",
  "file-modes",
  "file-system",
  "settings",
  "state-file",
  "idle-sessions",
  "spool",
  "lost-events",
  "hooks",
  "servers",
  "path",
  "sync",
  "transcripts",
  "transcript-lines",
];

test("nothing stored yet: all is well, and nothing is created", async () => {
  expect(await doctor(machine, "--fix")).toEqual({ ok: true, findings: [], passed: PASSED });
  expect(machine.files()).toEqual([]);
});

test("a store in use is well, and the text says so", async () => {
  await machine.mm("session", "start");
  await machine.mm("activity", "log", "-c", "x");
  const { code, out } = await machine.mm("doctor");
  expect({ code, out }).toEqual({
    code: 0,
    out: `ok       ${PASSED.join(", ")}\n\n0 problems, 0 notes\n`,
  });
});

test("a finding says what, why and how to fix it; keys", async () => {
  await machine.mm("session", "start");
  chmodSync(machine.database, 0o644);
  const { findings } = await doctor(machine);
  expect(findings.map((finding) => Object.keys(finding))).toEqual([
    ["check", "severity", "what", "why", "mend", "fixed"],
  ]);
  const { code, out } = await machine.mm("doctor");
  expect(code).toBe(1);
  expect(out).toStartWith(
    [
      `problem  file-modes: ${machine.database} is open to other users (mode 644)`,
      "  why:   other users can read or change what your agents did",
      "  fix:   mm doctor --fix",
      "",
    ].join("\n"),
  );
  expect(out).toEndWith("1 problem, 0 notes\n");
});

describe("file modes", () => {
  test("are closed by --fix, links left alone", async () => {
    await machine.mm("session", "start");
    machine.makeHome({ "logs/hook.log": "x", "spool/note": "x", "mm.json": "{}" });
    for (const name of ["", "/logs", "/spool"]) chmodSync(`${machine.home}${name}`, 0o755);
    for (const name of ["logs/hook.log", "spool/note", "mm.json"]) {
      chmodSync(`${machine.home}/${name}`, 0o640);
    }
    const outside = machine.put(`${machine.folder}/outside`, "x");
    chmodSync(outside, 0o644);
    symlinkSync(outside, `${machine.home}/logs/link`);
    expect(await found(machine, "file-modes")).toHaveLength(6);
    expect(
      (await found(machine, "file-modes", "--fix")).every((line) => line.startsWith("fixed")),
    ).toBe(true);
    expect(await found(machine, "file-modes")).toEqual([]);
    expect(statSync(machine.home).mode & 0o777).toBe(0o700);
    expect(statSync(`${machine.home}/mm.json`).mode & 0o777).toBe(0o600);
    expect(statSync(outside).mode & 0o777).toBe(0o644);
  });
});

describe("the database", () => {
  test("that is none", async () => {
    machine.makeHome({ "memtomem.db": "no database at all, but long enough to be looked at" });
    chmodSync(machine.home, 0o700);
    chmodSync(machine.database, 0o600);
    const { ok, findings, passed } = await doctor(machine, "--fix");
    expect(ok).toBe(false);
    expect(findings).toMatchObject([
      {
        check: "integrity",
        severity: "problem",
        what: `not a SQLite database: ${machine.database}`,
      },
    ]);
    expect(passed).not.toContain("state-file");
    expect(passed).toContain("hooks");
  });

  test("with a damaged page", async () => {
    await damageIndex(machine);
    const { findings } = await doctor(machine);
    expect(findings[0]).toMatchObject({ check: "integrity", severity: "problem" });
    expect(findings[0]?.what).toContain("the database is damaged: ");
  });

  test("with rows that belong to nothing", async () => {
    await machine.mm("session", "start");
    await machine.mm("activity", "log", "-c", "x");
    machine.exec("PRAGMA foreign_keys = OFF; DELETE FROM sessions");
    expect(await found(machine, "integrity")).toEqual([
      "problem: 1 row of mm_sessions belongs to sessions that don't exist",
      "problem: 1 row of session_events belongs to sessions that don't exist",
    ]);
  });

  test("with rows of another program along any foreign key that leads to sessions", async () => {
    machine.useMemtomemHome();
    machine.exec(`CREATE TABLE notes (tid INTEGER REFERENCES memory_candidate_transitions(id));
      CREATE TABLE unsound (agent TEXT REFERENCES sessions(agent_id));
      CREATE TABLE apart (cid TEXT REFERENCES chunks(id));
      INSERT INTO notes VALUES (1); INSERT INTO unsound VALUES ('x'); INSERT INTO apart VALUES ('x');
      INSERT INTO memory_candidate_transitions (candidate_id, from_status, to_status, actor, reason, created_at)
        VALUES ('c1', 'a', 'b', 'c', 'd', '2026'), ('c1', 'a', 'b', 'c', 'd', '2026');
      INSERT INTO memory_candidates (id, session_id, kind, operation, destination, content, confidence,
          extractor_version, fingerprint, created_at, expires_at)
        VALUES ('c2', 'gone', 'k', 'o', 'd', 'x', 1, 'v', 'f1', '2026', '2027');
      DELETE FROM memory_candidate_transitions WHERE id = 1`);
    expect(await found(machine, "integrity")).toEqual([
      "problem: 1 row of memory_candidate_transitions belongs to sessions that don't exist",
      "problem: 1 row of memory_candidates belongs to sessions that don't exist",
      "problem: 1 row of notes belongs to sessions that don't exist",
    ]);
  });

  test("of a newer mm", async () => {
    await machine.mm("session", "start");
    machine.exec("UPDATE mm_meta SET value = '99' WHERE key = 'schema_version'");
    expect(await found(machine, "schema")).toEqual([
      `problem: ${machine.database} was written by a newer mm (schema 99, this mm knows ${SCHEMA_VERSION})`,
    ]);
  });

  test("of memtomem's alone is looked at too", async () => {
    machine.useMemtomemHome();
    chmodSync(machine.home, 0o700);
    const { findings } = await doctor(machine, "--fix");
    expect(findings.filter(({ check }) => check === "integrity")).toEqual([]);
  });

  test("with a clock that went backwards", async () => {
    await machine.mm("session", "start");
    machine.pass(-3 * 3600);
    expect(await found(machine, "clock")).toEqual(["note: the newest entry is 3h in the future"]);
    machine.pass(3 * 3600 - 200);
    expect(await found(machine, "clock")).toEqual([]);
  });

  test("with a large write-ahead log, which --fix folds in", async () => {
    await machine.mm("session", "start");
    const reader = new Database(machine.database);
    reader.run("PRAGMA wal_autocheckpoint = 0");
    const insert = reader.query(
      "INSERT INTO session_events (session_id, event_type, content, created_at) VALUES (?1, 'note', ?2, ?3)",
    );
    for (let i = 0; i < 20; i++)
      insert.run(ids(1), "x".repeat(1_000_000), "2026-03-10T12:00:00+00:00");
    const wal = `${machine.database}-wal`;
    chmodSync(wal, 0o600);
    expect(await found(machine, "write-ahead-log")).toHaveLength(1);
    expect((await found(machine, "write-ahead-log", "--fix"))[0]).toStartWith("fixed: ");
    expect(existsSync(wal) ? statSync(wal).size : 0).toBe(0);
    expect(machine.rows("SELECT count(*) AS n FROM session_events")).toEqual([{ n: 20 }]);
    reader.close(true);
  });
});

test("a network file system under the home", async () => {
  machine.prints = { "/bin/mount": `server:/x on ${machine.folder} type nfs4 (rw)\n` };
  expect(await found(machine, "file-system")).toEqual([
    `problem: ${machine.database} is on a network file system (nfs4)`,
  ]);
});

describe("the state file", () => {
  test("that names an ended session is removed by --fix", async () => {
    await machine.mm("session", "start");
    await machine.mm("session", "end");
    writeFileSync(machine.stateFile, `${ids(1)}\n`, { mode: 0o600 });
    const what = `the state file names a session that has ended: ${ids(1)}`;
    expect(await found(machine, "state-file")).toEqual([`note: ${what}`]);
    expect(await found(machine, "state-file", "--fix")).toEqual([`fixed: ${what}`]);
    expect(machine.state()).toBeNull();
  });

  test("that names nothing known", async () => {
    await machine.mm("session", "start");
    writeFileSync(machine.stateFile, "gone\n", { mode: 0o600 });
    expect(await found(machine, "state-file")).toEqual([
      "note: the state file names a session that doesn't exist: gone",
    ]);
  });

  test("of a live session stays", async () => {
    await machine.mm("session", "start");
    await doctor(machine, "--fix");
    expect(machine.state()).toBe(`${ids(1)}\n`);
  });
});

describe("idle sessions", () => {
  test("started by hand are told with the command that ends them; none is ended", async () => {
    await machine.mm("session", "start");
    machine.pass(23 * 3600);
    expect(await found(machine, "idle-sessions")).toEqual([]);
    machine.pass(2 * 3600);
    const { findings } = await doctor(machine, "--fix");
    expect(findings).toMatchObject([
      {
        check: "idle-sessions",
        what: `1 session without a sign of life for more than 24h: ${ids(1)}`,
        mend: `mm session end ${ids(1)}`,
        fixed: false,
      },
    ]);
    await machine.mm("activity", "log", "-c", "still here");
    expect(await found(machine, "idle-sessions")).toEqual([]);
  });

  test("of hooks end by themselves and are not told", async () => {
    machine.stdin = new TextEncoder().encode('{"session_id":"c1","source":"startup"}');
    await machine.mm("hook", "claude", "SessionStart");
    machine.pass(48 * 3600);
    expect(await found(machine, "idle-sessions")).toEqual([]);
  });
});

test("nothing hostile reaches a terminal", async () => {
  await machine.mm("session", "start");
  writeFileSync(machine.stateFile, "\x1b[31mred\n", { mode: 0o600 });
  machine.isTerminal = true;
  const { out } = await machine.mm("doctor");
  expect(out).toContain("\\x1b[31mred");
  machine.env = { ...machine.env, NO_COLOR: "1" };
  expect((await machine.mm("doctor")).out).not.toContain("\x1b");
});
