import type { Connection } from "../store/connection.ts";
import * as sql from "./statements.ts";

/** The size of the database file in bytes, without the write-ahead log. */
export interface Space {
  readonly file: number;
  /** Without free pages. */
  readonly used: number;
  /** Whether the file can shrink. A file that memtomem created keeps its free pages. */
  readonly shrinks: boolean;
}

function pragma(db: Connection, name: string): number {
  const [row] = db.query<Record<string, number>, []>(sql.pragma(name)).all();
  return Object.values(row ?? {})[0] ?? 0;
}

const INCREMENTAL = 2;

export function spaceOf(db: Connection): Space {
  const size = pragma(db, "page_size");
  const pages = pragma(db, "page_count");
  const free = pragma(db, "freelist_count");
  return {
    file: pages * size,
    used: (pages - free) * size,
    shrinks: pragma(db, "auto_vacuum") === INCREMENTAL,
  };
}

/** Returns at most this many free pages to the disk. @returns whether more remain */
export function shrinkFile(db: Connection, pages: number): boolean {
  db.prepare(sql.freePages(pages)).all();
  return pragma(db, "freelist_count") > 0;
}

/** Copies as much of the write-ahead log into the database as others allow. Call it outside transactions. */
export function checkpoint(db: Connection): void {
  db.query(sql.CHECKPOINT).all();
}

/** Turns the enforcement of foreign keys on or off. Call it outside transactions. */
export function enforceForeignKeys(db: Connection, on: boolean): void {
  db.run(sql.setForeignKeys(on));
}
