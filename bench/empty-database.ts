import { Database } from "bun:sqlite";

/** Creates a new database in this home with `mm` and returns its path. */
export function emptyDatabase(home: string, mm: string): string {
  Bun.spawnSync([mm, "session", "start"], { env: { HOME: home, MM_HOME: home } });
  const path = `${home}/memtomem.db`;
  const db = new Database(path, { readwrite: true, create: false });
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
  return path;
}
