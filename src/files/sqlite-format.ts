// What can be read of SQLite's files without SQLite, which changes them when it opens them:
// https://sqlite.org/fileformat2.html

const DATABASE_MAGIC = "SQLite format 3\0";
export const DATABASE_HEADER_BYTES = 100;

/** What a database's header tells. */
export interface DatabaseHeader {
  /** In bytes. */
  readonly pageSize: number;
  readonly hasWal: boolean;
  /** Each change of the first page adds one to it. */
  readonly counter: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The header at the beginning of a database, or of its first page; null where that is none. */
export function readDatabaseHeader(bytes: Uint8Array): DatabaseHeader | null {
  if (bytes.length < DATABASE_HEADER_BYTES) return null;
  if (new TextDecoder().decode(bytes.subarray(0, 16)) !== DATABASE_MAGIC) return null;
  const view = viewOf(bytes);
  const pageSize = view.getUint16(16);
  return {
    pageSize: pageSize === 1 ? 65_536 : pageSize,
    hasWal: view.getUint8(18) === 2,
    counter: view.getUint32(24),
  };
}

/** Makes this the counter of an image of a database that has a write-ahead log. */
export function setDatabaseHeader(image: Uint8Array, counter: number): void {
  const view = viewOf(image);
  view.setUint8(18, 2);
  view.setUint8(19, 2);
  view.setUint32(24, counter);
  // "Version valid for": the header's size of the file counts only where this is the same.
  view.setUint32(92, counter);
}

/** A page as a write-ahead log has it. */
export interface LoggedPage {
  /** From 1. */
  readonly page: number;
  readonly content: Uint8Array;
}

const WAL_MAGIC = 0x377f0682;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** The checksum of the header, in the byte order that its magic number tells. */
function isWalHeaderWhole(view: DataView): boolean {
  const isLittle = view.getUint32(0) === WAL_MAGIC;
  let a = 0;
  let b = 0;
  for (let at = 0; at < 24; at += 8) {
    a = (a + view.getUint32(at, isLittle) + b) >>> 0;
    b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return a === view.getUint32(24) && b === view.getUint32(28);
}

/**
 * The pages of a write-ahead log up to its last commit, in the order in which they were written.
 * @returns null where SQLite takes the log for an empty one
 */
export function readWal(log: Uint8Array): { pageSize: number; pages: LoggedPage[] } | null {
  if (log.length < WAL_HEADER_BYTES) return null;
  const view = viewOf(log);
  if ((view.getUint32(0) & ~1) !== WAL_MAGIC || !isWalHeaderWhole(view)) return null;
  const pageSize = view.getUint32(8);
  const pages: LoggedPage[] = [];
  let committed = 0;
  const step = FRAME_HEADER_BYTES + pageSize;
  for (let at = WAL_HEADER_BYTES; at + step <= log.length; at += step) {
    // What is left of an earlier round has other salts.
    const isOfThisRound =
      view.getUint32(at + 8) === view.getUint32(16) &&
      view.getUint32(at + 12) === view.getUint32(20);
    if (!isOfThisRound) break;
    const content = log.subarray(at + FRAME_HEADER_BYTES, at + step);
    pages.push({ page: view.getUint32(at), content });
    if (view.getUint32(at + 4) !== 0) committed = pages.length;
  }
  return { pageSize, pages: pages.slice(0, committed) };
}

const JOURNAL_MAGIC = 0xd9d505f9;
const JOURNAL_HEADER_BYTES = 28;
/** The header of a journal takes a whole sector of the disk. */
export const MOST_JOURNAL_HEADER_BYTES = 65_536 + 4;

/** What a rollback journal begins with. */
export interface JournalHeader {
  readonly records: number;
  /** Pages of the database before the transaction. */
  readonly pages: number;
  /** The page that the first record is of, or null. */
  readonly firstPage: number | null;
}

/** @returns null where SQLite takes the journal for an empty one */
export function readJournalHeader(bytes: Uint8Array): JournalHeader | null {
  if (bytes.length < JOURNAL_HEADER_BYTES) return null;
  const view = viewOf(bytes);
  if (view.getUint32(0) !== JOURNAL_MAGIC) return null;
  const firstAt = view.getUint32(20);
  return {
    records: view.getUint32(8),
    pages: view.getUint32(16),
    firstPage: firstAt + 4 > bytes.length ? null : view.getUint32(firstAt),
  };
}
