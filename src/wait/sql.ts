import type { Connection } from "../store/connection.ts";

/** A number that changes when another connection has written. */
export function dataVersion(db: Connection): number {
  return db.query<{ data_version: number }, []>("PRAGMA data_version").get()?.data_version ?? 0;
}
