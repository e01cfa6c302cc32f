import { Database } from "bun:sqlite";
import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Binaries } from "./binaries.ts";
import { fillDatabase } from "./database.ts";
import { largeDatabase } from "./large-database.ts";
import {
  BURSTS,
  COMMANDS,
  READING_COMMANDS,
  type Row,
  SLOW_FSYNC_COMMANDS,
  STALE_COMMANDS,
  STALE_SESSIONS,
  WAITS,
} from "./rows.ts";
import { Scene } from "./scene.ts";
import { slowFsyncEnv } from "./slow-fsync.ts";
import type { Volume, Volumes } from "./volumes.ts";

/** Two scenes with the same rows on one file system: one with a fresh database, one with a large one. */
interface Pair {
  readonly fresh: Scene;
  readonly large: Scene;
}

export interface Scenes {
  readonly commands: readonly Pair[];
  readonly stale: Scene | null;
  /** A string is the reason why it can't be measured. */
  readonly slowFsync: Scene | string | null;
  readonly burst: Scene | null;
  readonly wait: Scene | null;
}

/** Distinguishes a row about a command's memory from the one about its time. */
export const MEMORY_SUFFIX = ", peak memory";

/** The rows that `--only` selects, and their baselines. */
export function selected(rows: readonly Row[], only: string, suffix = ""): Row[] {
  const chosen = rows.filter((row) => `${row.name}${suffix}`.includes(only));
  return rows.filter((row) => chosen.some((one) => one === row || one.baseline === row.name));
}

/** Databases to copy. Each is created on first use. */
class Templates {
  readonly #folder: string;
  readonly #mm: string;
  readonly #paths = new Map<string, string>();

  constructor(folder: string, mm: string) {
    this.#folder = folder;
    this.#mm = mm;
  }

  get(kind: "empty" | "fresh" | "large" | "stale"): string {
    const path = this.#paths.get(kind) ?? this.#make(kind);
    this.#paths.set(kind, path);
    return path;
  }

  #make(kind: string): string {
    if (kind === "empty") return this.#created();
    if (kind === "large") return largeDatabase(this.get("empty"));
    const path = `${this.#folder}/${kind}.db`;
    copyFileSync(this.get("empty"), path);
    // Enough sessions that a list prints as much as from a large database.
    const fresh = { sessions: 25, events: 250, activeOneIn: 25 };
    const stale = { sessions: STALE_SESSIONS, events: STALE_SESSIONS, activeOneIn: 1 };
    fillDatabase(path, kind === "fresh" ? fresh : stale);
    return path;
  }

  #created(): string {
    const home = `${this.#folder}/template`;
    const env = { HOME: this.#folder, MM_HOME: home };
    const { success, stderr } = Bun.spawnSync([this.#mm, "session", "start"], { env });
    if (!success) throw new Error(`mm created no database: ${stderr}`);
    const path = `${home}/memtomem.db`;
    const db = new Database(path, { readwrite: true, create: false });
    // A copy would lack what is still in the write-ahead log.
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close(true);
    return path;
  }
}

/** Makes a copy and syncs it to disk before anything is timed. */
function copyDurably(from: string, to: string): void {
  copyFileSync(from, to);
  const fd = openSync(to, "r+");
  fsyncSync(fd);
  closeSync(fd);
}

class SceneMaker {
  readonly #binaries: Binaries;
  readonly #templates: Templates;
  #made = 0;

  constructor(work: string, binaries: Binaries) {
    this.#binaries = binaries;
    this.#templates = new Templates(work, binaries.mm);
  }

  make(
    kind: "fresh" | "large" | "stale",
    volume: Volume,
    rows: readonly Row[],
    extraEnv: Readonly<Record<string, string>> = {},
  ): Scene {
    const folder = `${volume.folder}/${kind}-${++this.#made}`;
    mkdirSync(`${folder}/home`, { recursive: true, mode: 0o700 });
    const template = this.#templates.get(kind);
    copyDurably(template, `${folder}/home/memtomem.db`);
    if (kind === "stale") copyDurably(template, `${folder}/stale.db`);
    const scene = new Scene({ database: kind, volume, folder, extraEnv }, rows, this.#binaries);
    scene.begin();
    return scene;
  }

  /** Makes a scene with slow fsyncs. The library must be in a folder from which programs can run. */
  makeSlow(volume: Volume, rows: readonly Row[]): Scene | string {
    const env = slowFsyncEnv(dirname(this.#binaries.mm));
    return typeof env === "string" ? env : this.make("fresh", volume, rows, env);
  }
}

/** Makes the scenes for the rows that `only` selects. */
export function makeScenes(volumes: Volumes, binaries: Binaries, only: string): Scenes {
  const maker = new SceneMaker(volumes.disk.folder, binaries);
  const best = volumes.memory ?? volumes.disk;
  const lists = [COMMANDS, READING_COMMANDS].filter(
    (rows) => selected(rows, only).length > 0 || selected(rows, only, MEMORY_SUFFIX).length > 0,
  );
  const commandVolumes = [volumes.memory, volumes.disk].filter((volume) => volume !== null);
  const stale = selected(STALE_COMMANDS, only);
  const slow = selected(SLOW_FSYNC_COMMANDS, only);
  const bursts = selected(BURSTS, only);
  const waits = selected(WAITS, only);
  return {
    commands: commandVolumes.flatMap((volume) =>
      lists.map((rows) => ({
        fresh: maker.make("fresh", volume, selected(rows, only)),
        large: maker.make("large", volume, selected(rows, only)),
      })),
    ),
    stale: stale.length === 0 ? null : maker.make("stale", best, stale),
    slowFsync: slow.length === 0 ? null : maker.makeSlow(best, slow),
    burst: bursts.length === 0 ? null : maker.make("fresh", best, bursts),
    wait: waits.length === 0 ? null : maker.make("fresh", best, waits),
  };
}
