import { Database } from "bun:sqlite";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { emptyDatabase } from "./empty-database.ts";
import { largeDatabase } from "./large-database.ts";
import { peakOf, TIME } from "./memory.ts";
import { median } from "./scene.ts";
import { MEMORY_SUFFIX } from "./scenes.ts";
import type { Result, Section } from "./table.ts";
import type { Volume } from "./volumes.ts";

const COLD = "search (cold: indexes 1,000,000 events)";
const COLD_GOAL = 2;
const WARM_GOAL = 3;
const WARM_RUNS = 5;
/** Queries that find nothing, a quarter of the events, and more than half of them. */
const QUERIES = [
  ["zzz", '"zzz"'],
  ['"empty list"', '"empty list"'],
  ["parser", '"parser"'],
  ["pars*", '"pars"*'],
] as const;

const warmName = (typed: string) => `search ${typed} (warm)`;

/** Whether `only` selects any row of this section. */
function isWanted(only: string): boolean {
  const names = [COLD, COLD + MEMORY_SUFFIX, ...QUERIES.map(([typed]) => warmName(typed))];
  return names.some((name) => name.includes(only));
}

/** Runs a program and returns its milliseconds and its stderr. */
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

/** Indexes the same texts in the same kind of index, with one statement each, as somebody would in the shell. */
const SHELL_INSERT = `PRAGMA synchronous = NORMAL;
CREATE VIRTUAL TABLE other USING fts5(text, content = '', tokenize = 'unicode61 remove_diacritics 2');
INSERT INTO other (rowid, text) SELECT -rowid, coalesce(json_extract(metadata, '$.title'), '') || char(10) ||
  coalesce(summary, '') FROM sessions ORDER BY rowid DESC;
INSERT INTO other (rowid, text) SELECT id, content FROM session_events;`;

function result(name: string, volume: Volume, ms: number | null, rest: Partial<Result>): Result {
  return { name, database: "large", on: volume.name, ms, value: "", unit: "", goal: null, ...rest };
}

function cold(volume: Volume, home: string, template: string, mm: string): Result[] {
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
    result(COLD, volume, ms, { value, unit: "× shell", goal: COLD_GOAL }),
    result(COLD + MEMORY_SUFFIX, volume, null, {
      value: peak ? peak / 1e6 : `not measured: no ${TIME}`,
      unit: "MB",
    }),
  ];
}

/** Compares with a query in Bun's SQLite, without starting a process: Debian's sqlite3 is too old to open the index. */
function warm(volume: Volume, home: string, mm: string): Result[] {
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
    return result(warmName(typed), volume, ms, { value, unit: "× SQLite", goal: WARM_GOAL });
  });
  db.close(true);
  return results;
}

/** Measures full-text search on a large database and compares it with plain SQLite. */
export function searchSection(volume: Volume, { mm }: Binaries, only: string): Section {
  const title = "Search in 1,000,000 events";
  if (!isWanted(only)) return { title, results: [] };
  const home = `${volume.folder}/search`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const template = largeDatabase(emptyDatabase(home, mm));
  const results = [...cold(volume, home, template, mm), ...warm(volume, home, mm)];
  rmSync(home, { recursive: true, force: true });
  return { title, results: results.filter(({ name }) => name.includes(only)) };
}
