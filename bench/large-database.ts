import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { type Contents, fillDatabase, schemaOf } from "./database.ts";

const LARGE: Contents = { sessions: 100_000, events: 1_000_000, activeOneIn: 500 };
const GENERATOR = ["database.ts", "large-database.ts", "random.ts"];

/** A key that changes with the generator and with the schema that `mm` creates. */
function keyOf(emptyDatabase: string): string {
  const hash = createHash("sha256");
  for (const file of GENERATOR) hash.update(readFileSync(`${import.meta.dir}/${file}`));
  return hash.update(schemaOf(emptyDatabase)).digest("hex").slice(0, 16);
}

/**
 * The path of a database with 100,000 sessions and 1,000,000 events. It stays in the temp folder for the next
 * run, so copy it and don't change it.
 * @param emptyDatabase an empty database that `mm` has created
 */
export function largeDatabase(emptyDatabase: string): string {
  const cache = `${tmpdir()}/mm-bench-cache-${userInfo().uid}`;
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  const name = `large-${keyOf(emptyDatabase)}.db`;
  const path = `${cache}/${name}`;
  if (existsSync(path)) return path;
  for (const outdated of readdirSync(cache)) rmSync(`${cache}/${outdated}`, { force: true });
  const unfinished = `${path}.${process.pid}`;
  copyFileSync(emptyDatabase, unfinished);
  chmodSync(unfinished, 0o600);
  fillDatabase(unfinished, LARGE);
  renameSync(unfinished, path);
  return path;
}
