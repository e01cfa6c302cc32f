import { Database } from "bun:sqlite";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { emptyDatabase } from "./empty-database.ts";
import { largeDatabase } from "./large-database.ts";
import { peakOf, TIME } from "./memory.ts";
import type { Place } from "./places.ts";
import { median } from "./scene.ts";
import { MEMORY_SUFFIX } from "./scenes.ts";
import type { Result, Section } from "./table.ts";

const COLD = "search (cold: indexes 1,000,000 events)";
const COLD_GOAL = 2;
const WARM_GOAL = 3;
const WARM_RUNS = 5;
/** By how much they find: nothing, a quarter of the events, more than half of them. */
const QUERIES = [
  ["zzz", '"zzz"'],
  ['"empty list"', '"empty list"'],
  ["parser", '"parser"'],
  ["pars*", '"pars"*'],
] as const;

const warmName = (typed: string) => `search ${typed} (warm)`;

/** Whether any row of this section is asked for. */
function isWanted(only: string): boolean {
  const names = [COLD, COLD + MEMORY_SUFFIX, ...QUERIES.map(([typed]) => warmName(typed))];
  return names.some((name) => name.includes(only));
}

/** Runs a program and gives its milliseconds and what it says on stderr. */
function timed(argv: readonly string[], home: string): { ms: number; said: string } {
  const start = performance.now();
  const { success, stderr } = Bun.spawnSync([...argv], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, MM_HOME: home },
    stdout: "ignore",
    stderr: "pipe",
  });
  if (!success) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
  return { ms: performance.now() - start, said: String(stderr) };
}

/** The same texts into the same kind of index, as somebody would in the shell: in one statement each. */
const SHELL_INSERT = `PRAGMA synchronous = NORMAL;
CREATE VIRTUAL TABLE other USING fts5(text, content = '', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO other (rowid, text) SELECT -rowid, coalesce(json_extract(metadata, '$.title'), '') || char(10) ||
  coalesce(summary, '') FROM sessions ORDER BY rowid DESC;
INSERT INTO other (rowid, text) SELECT id, content FROM session_events;`;

function result(name: string, place: Place, ms: number | null, rest: Partial<Result>): Result {
  return { name, database: "large", on: place.name, ms, value: "", unit: "", goal: null, ...rest };
}

function cold(place: Place, home: string, template: string, mm: string): Result[] {
  const path = `${home}/memtomem.db`;
  const restore = () => {
    for (const end of ["", "-wal", "-shm", ".mm-search"]) rmSync(`${path}${end}`, { force: true });
    copyFileSync(template, path);
  };
  let shell: number | null = null;
  if (Bun.which("sqlite3") !== null) {
    restore();
    shell = timed(["sqlite3", path, SHELL_INSERT], home).ms;
  }
  restore();
  const { ms } = timed([mm, "search", "zzz"], home);
  restore();
  const peak = Bun.which(TIME) && peakOf(timed([TIME, "-v", mm, "search", "zzz"], home).said);
  const value = shell === null ? "not measured: no sqlite3" : ms / shell;
  return [
    result(COLD, place, ms, { value, unit: "× shell", goal: COLD_GOAL }),
    result(COLD + MEMORY_SUFFIX, place, null, {
      value: peak ? peak / 1e6 : `not measured: no ${TIME}`,
      unit: "MB",
    }),
  ];
}

/** Debian's sqlite3 is too old to open the index, so a query of Bun's own SQLite, without a process's start, is the measure. */
function warm(place: Place, home: string, mm: string): Result[] {
  const db = new Database(`${home}/memtomem.db.mm-search`, { readonly: true });
  const best = db.query(
    "SELECT rowid, rank FROM search_text WHERE search_text MATCH ?1 ORDER BY rank LIMIT 10",
  );
  const empty = median(Array.from({ length: WARM_RUNS }, () => timed([mm, "--version"], home).ms));
  const results = QUERIES.map(([typed, match]) => {
    const own: number[] = [];
    const plain: number[] = [];
    for (let run = 0; run < WARM_RUNS; run++) {
      own.push(timed([mm, "search", typed], home).ms);
      const start = performance.now();
      best.all(match);
      plain.push(performance.now() - start + empty);
    }
    const ms = median(own);
    const value = ms / median(plain);
    return result(warmName(typed), place, ms, { value, unit: "× SQLite", goal: WARM_GOAL });
  });
  db.close(true);
  return results;
}

/** The full-text search on a large database, against SQLite by itself. */
export function searchSection(place: Place, { mm }: Binaries, only: string): Section {
  const title = "Search in 1,000,000 events";
  if (!isWanted(only)) return { title, results: [] };
  const home = `${place.folder}/search`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const template = largeDatabase(emptyDatabase(home, mm));
  const results = [...cold(place, home, template, mm), ...warm(place, home, mm)];
  rmSync(home, { recursive: true, force: true });
  return { title, results: results.filter(({ name }) => name.includes(only)) };
}
