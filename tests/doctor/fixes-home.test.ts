import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { applyFix, applyFixes, shell } from "../support/apply-fix.ts";
import { damageIndex, doctor } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";
import { needs } from "../support/tools.ts";

const testRepair = needs("sqlite3", "sed");

type Case = readonly [name: string, check: string, prepare: (machine: Machine) => unknown];

const CASES: readonly Case[] = [
  ["settings that are empty", "settings", (m) => m.makeHome({ "mm.json": "" })],
  ["settings that are a folder", "settings", (m) => m.makeHome({ "mm.json/x": "" })],
  [
    "settings that are a pipe",
    "settings",
    (m) => {
      m.makeHome();
      Bun.spawnSync(["mkfifo", `${m.home}/mm.json`]);
    },
  ],
  [
    "settings behind a link that leads nowhere",
    "settings",
    (m) => {
      m.makeHome({ "hooks/x": "" });
      symlinkSync("gone", `${m.home}/mm.json`);
    },
  ],
  ...["spool", "logs"].map(
    (name): Case => [
      `a link for ${name}/`,
      "writable",
      (m) => {
        m.makeHome();
        symlinkSync(m.folder, `${m.home}/${name}`);
      },
    ],
  ),
  ["a file for spool/", "writable", (m) => m.makeHome({ spool: "" })],
  ["a file for logs/", "writable", (m) => m.makeHome({ logs: "" })],
  [
    "what a database that is gone has left",
    "left-logs",
    async (m) => {
      await m.mm("session", "start");
      rmSync(m.database);
      await m.mm("session", "start");
    },
  ],
  [
    "a deletion that was cut short",
    "removal",
    async (m) => {
      await m.mm("session", "start");
      await m.mm("activity", "log", "-c", "x");
      m.exec(`PRAGMA foreign_keys = OFF; DELETE FROM mm_sessions; DELETE FROM sessions;
        CREATE TABLE mm_deleting (session_id TEXT PRIMARY KEY, last_event_id INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO mm_deleting SELECT session_id, max(id) FROM session_events`);
    },
  ],
  [
    "a table that was dropped",
    "tables",
    async (m) => {
      await m.mm("session", "start");
      m.exec("DROP TABLE mm_spooled");
    },
  ],
  ["settings that are no JSON", "settings", (m) => m.makeHome({ "mm.json": "{" })],
  ["a wrong setting", "settings", (m) => m.makeHome({ "mm.json": '{"capture": "loud"}' })],
  [
    "open files",
    "file-modes",
    async (m) => {
      await m.mm("session", "start");
      chmodSync(m.database, 0o644);
    },
  ],
  [
    "a state file of no session",
    "state-file",
    async (m) => {
      await m.mm("session", "start");
      writeFileSync(m.stateFile, "gone\n", { mode: 0o600 });
    },
  ],
  [
    "two idle sessions",
    "idle-sessions",
    async (m) => {
      await m.mm("session", "start");
      await m.mm("session", "start");
      m.pass(48 * 3600);
    },
  ],
  [
    "lost calls",
    "lost-events",
    async (m) => {
      m.stdin = new TextEncoder().encode('{"session_id":"c1","source":"startup"}');
      await m.mm("hook", "claude", "SessionStart");
      m.makeHome({ "spool/1-00000000-0000-4000-8000-000000000000.json": "{cut" });
      await m.mm("doctor", "--fix");
    },
  ],
];

/** What the shell of SQLite repairs. */
const REPAIRS: readonly Case[] = [
  [
    "rows that belong to nothing",
    "integrity",
    async (m) => {
      await m.mm("session", "start");
      await m.mm("activity", "log", "-c", "x");
      m.exec("PRAGMA foreign_keys = OFF; DELETE FROM sessions");
    },
  ],
  ["a damaged page", "integrity", damageIndex],
];

/** Names what is in the place of the database, or of a file beside it. */
const INSTEAD: readonly (readonly [string, (machine: Machine) => unknown])[] = [
  ["text", (m) => writeFileSync(m.database, "no database ".repeat(100))],
  ["a damaged first page", (m) => damage(m, 100, 300)],
  ["half of it", (m) => truncateSync(m.database, 5000)],
  ["a folder", (m) => mkdirSync(m.database)],
  ["a pipe", (m) => Bun.spawnSync(["mkfifo", m.database])],
  ["a link that leads nowhere", (m) => symlinkSync("gone", m.database)],
  ["a link to itself", (m) => symlinkSync("memtomem.db", m.database)],
  ...["-wal", "-shm", "-journal"].flatMap((end) => [
    [`a folder for its ${end}`, (m: Machine) => mkdirSync(`${m.database}${end}`)] as const,
    [`a link for its ${end}`, (m: Machine) => symlinkSync("gone", `${m.database}${end}`)] as const,
  ]),
];

function damage(machine: Machine, from: number, to: number): void {
  const bytes = readFileSync(machine.database);
  bytes.fill(0xff, from, to);
  writeFileSync(machine.database, bytes);
}

async function expectMovedAside(name: string, put: (machine: Machine) => unknown): Promise<void> {
  using machine = new Machine();
  await machine.mm("session", "start");
  const db = new Database(machine.database);
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  db.close(true);
  if (/^a (?:folder|pipe|link)/u.test(name) && !name.includes(" for ")) rmSync(machine.database);
  for (const end of ["-wal", "-shm"]) rmSync(`${machine.database}${end}`, { force: true });
  await put(machine);
  expect((await machine.mm("session", "start")).code).toBe(1);
  const problems = async () =>
    (await doctor(machine)).findings.filter(
      ({ check, severity }) => severity === "problem" && check !== "file-modes",
    );
  const [first] = await problems();
  await applyFix(machine, first?.mend ?? "");
  expect(await problems()).toEqual([]);
  expect((await machine.mm("session", "start")).code).toBe(0);
}

const MOVED = "%s in the place of the database is moved aside";
test.each(INSTEAD)(MOVED, expectMovedAside);
testRepair.each([["a damaged schema", (m: Machine) => damage(m, 4096, 8192)] as const])(
  MOVED,
  expectMovedAside,
);

async function expectFixed(_: string, check: string, prepare: Case[2]): Promise<void> {
  using machine = new Machine();
  await prepare(machine);
  await applyFixes(machine, check);
}

test.each(CASES)("%s: what doctor names as the fix fixes it", expectFixed);
testRepair.each(REPAIRS)("%s: what doctor names as the fix fixes it", expectFixed);

testRepair("what is stored survives the repair of a damaged database", async () => {
  using machine = new Machine();
  await damageIndex(machine);
  const [finding] = (await doctor(machine)).findings;
  await shell(machine, finding?.mend ?? "");
  expect(machine.rows("SELECT count(*) AS n FROM session_events")).toEqual([{ n: 100 }]);
  expect(existsSync(`${machine.database}.damaged`)).toBe(true);
});
