import type { Connection } from "../store/connection.ts";
import * as sql from "./statements.ts";

/** Bytes of the database file, without the write-ahead log. */
export interface Space {
  readonly file: number;
  /** Without the pages that are free. */
  readonly used: number;
  /** Whether free pages can be given back; a file that memtomem made keeps them for later. */
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

/** Gives back at most so many free pages. @returns whether any are left that can be given back */
export function giveBack(db: Connection, pages: number): boolean {
  db.prepare(sql.freePages(pages)).all();
  return pragma(db, "freelist_count") > 0;
}

/** Folds the write-ahead log into the database as far as nobody is in the way; outside any transaction. */
export function checkpoint(db: Connection): void {
  db.query(sql.CHECKPOINT).all();
}

/** Whether foreign keys are enforced from now on; outside any transaction. */
export function enforceForeignKeys(db: Connection, on: boolean): void {
  db.run(sql.setForeignKeys(on));
}
