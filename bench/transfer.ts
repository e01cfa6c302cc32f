import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import type { Binaries } from "./binaries.ts";
import { emptyDatabase } from "./empty-database.ts";
import { largeDatabase } from "./large-database.ts";
import { peakOf, TIME } from "./memory.ts";
import { MEMORY_SUFFIX } from "./scenes.ts";
import type { Result, Section } from "./table.ts";
import type { Volume } from "./volumes.ts";

const MEMORY_GOAL_MB = 100;

/** The rows, in order: the last one imports what the first one writes. */
const ROWS = [
  ["session export --format jsonl", ["session", "export", "--all", "-o", "all.jsonl"]],
  ["session export --format html", ["session", "export", "--all", "-o", "all.html"]],
  ["session import", ["session", "import", "all.jsonl"]],
] as const;

/** The milliseconds and peak memory of a single call; more would take too long. */
function call(argv: readonly string[], folder: string, home: string): [number, number | string] {
  const isTimed = Bun.which(TIME) !== null;
  const start = performance.now();
  const { success, stderr } = Bun.spawnSync([...(isTimed ? [TIME, "-v"] : []), ...argv], {
    cwd: folder,
    env: { HOME: home, MM_HOME: home },
    stdout: "ignore",
    stderr: "pipe",
  });
  if (!success) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
  const ms = performance.now() - start;
  const peak = isTimed ? peakOf(String(stderr)) : null;
  return [ms, peak === null ? `not measured: no ${TIME}` : peak / 1e6];
}

/** Measures the time and memory of exporting and importing 100,000 sessions with 1,000,000 events. */
export function transferSection(volume: Volume, { mm }: Binaries, only: string): Section {
  const title = "Export and import of 100,000 sessions with 1,000,000 events";
  const isWanted = ROWS.some(([name]) => `${name}${MEMORY_SUFFIX}`.includes(only));
  if (!isWanted) return { title, results: [] };
  const folder = `${volume.folder}/transfer`;
  const home = `${folder}/home`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  copyFileSync(largeDatabase(emptyDatabase(home, mm)), `${home}/memtomem.db`);
  const results = ROWS.map(([name, words]): Result => {
    const target = words[1] === "import" ? `${folder}/new` : home;
    const [ms, value] = call([mm, ...words], folder, target);
    const on = volume.name;
    return { name, database: "large", on, ms, value, unit: "MB", goal: MEMORY_GOAL_MB };
  });
  rmSync(folder, { recursive: true, force: true });
  return { title, results };
}
