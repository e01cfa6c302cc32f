import { Database } from "bun:sqlite";
import { closeSync, copyFileSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Binaries } from "./binaries.ts";
import { fillDatabase } from "./database.ts";
import { largeDatabase } from "./large-database.ts";
import type { Place, Places } from "./places.ts";
import {
  BURSTS,
  COMMANDS,
  READING_COMMANDS,
  type Row,
  SLOW_FSYNC_COMMANDS,
  STALE_COMMANDS,
  STALE_SESSIONS,
} from "./rows.ts";
import { Scene } from "./scene.ts";
import { slowFsyncEnv } from "./slow-fsync.ts";

/** Of the same rows on one file system: one with a fresh database and one with a large one. */
interface Pair {
  readonly fresh: Scene;
  readonly large: Scene;
}

export interface Scenes {
  readonly commands: readonly Pair[];
  readonly stale: Scene | null;
  /** A string says why it can't be measured. */
  readonly slowFsync: Scene | string | null;
  readonly burst: Scene | null;
}

/** What tells a row about a command's memory from the one about its time. */
export const MEMORY_SUFFIX = ", peak memory";

/** The rows that `--only` asks for, and those that they are compared with. */
export function selected(rows: readonly Row[], only: string, suffix = ""): Row[] {
  const chosen = rows.filter((row) => `${row.name}${suffix}`.includes(only));
  return rows.filter((row) => chosen.some((one) => one === row || one.baseline === row.name));
}

/** Databases to be copied; each is made when it is first asked for. */
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
    // A screenful of sessions, so that a list prints as much as from a large database.
    const fresh = { sessions: 25, events: 250, activeOneIn: 25 };
    const stale = { sessions: STALE_SESSIONS, events: STALE_SESSIONS, activeOneIn: 1 };
    fillDatabase(path, kind === "fresh" ? fresh : stale);
    return path;
  }

  #created(): string {
    const home = `${this.#folder}/template`;
    const env = { HOME: this.#folder, MM_HOME: home };
    const { success, stderr } = Bun.spawnSync([this.#mm, "session", "start"], { env });
    if (!success) throw new Error(`no database was created: ${stderr}`);
    const path = `${home}/memtomem.db`;
    const db = new Database(path, { readwrite: true, create: false });
    // What is still in the write-ahead log would be missing from a copy.
    db.run("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close(true);
    return path;
  }
}

/** A copy that is on the disk before anything is timed. */
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
    place: Place,
    rows: readonly Row[],
    extraEnv: Readonly<Record<string, string>> = {},
  ): Scene {
    const folder = `${place.folder}/${kind}-${++this.#made}`;
    mkdirSync(`${folder}/home`, { recursive: true, mode: 0o700 });
    const template = this.#templates.get(kind);
    copyDurably(template, `${folder}/home/memtomem.db`);
    if (kind === "stale") copyDurably(template, `${folder}/stale.db`);
    const scene = new Scene({ database: kind, place, folder, extraEnv }, rows, this.#binaries);
    scene.begin();
    return scene;
  }

  /** A library can be loaded from where a program can be run. */
  makeSlow(place: Place, rows: readonly Row[]): Scene | string {
    const env = slowFsyncEnv(dirname(this.#binaries.mm));
    return typeof env === "string" ? env : this.make("fresh", place, rows, env);
  }
}

/** Makes the scenes of the rows that `only` asks for. */
export function makeScenes(places: Places, binaries: Binaries, only: string): Scenes {
  const maker = new SceneMaker(places.disk.folder, binaries);
  const best = places.memory ?? places.disk;
  const lists = [COMMANDS, READING_COMMANDS].filter(
    (rows) => selected(rows, only).length > 0 || selected(rows, only, MEMORY_SUFFIX).length > 0,
  );
  const commandPlaces = [places.memory, places.disk].filter((place) => place !== null);
  const stale = selected(STALE_COMMANDS, only);
  const slow = selected(SLOW_FSYNC_COMMANDS, only);
  const bursts = selected(BURSTS, only);
  return {
    commands: commandPlaces.flatMap((place) =>
      lists.map((rows) => ({
        fresh: maker.make("fresh", place, selected(rows, only)),
        large: maker.make("large", place, selected(rows, only)),
      })),
    ),
    stale: stale.length === 0 ? null : maker.make("stale", best, stale),
    slowFsync: slow.length === 0 ? null : maker.makeSlow(best, slow),
    burst: bursts.length === 0 ? null : maker.make("fresh", best, bursts),
  };
}
