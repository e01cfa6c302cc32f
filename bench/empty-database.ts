import { Database } from "bun:sqlite";

/** The path of a new database that `mm` has made in this home. */
export function emptyDatabase(home: string, mm: string): string {
  Bun.spawnSync([mm, "session", "start"], { env: { HOME: home, MM_HOME: home } });
  const path = `${home}/memtomem.db`;
  const db = new Database(path, { readwrite: true, create: false });
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
  return path;
}
