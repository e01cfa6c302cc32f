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

/** What a write-ahead log holds up to its last commit. */
interface LoggedPages {
  /** In bytes. */
  readonly pageSize: number;
  readonly count: number;
  /** The beginnings of those that are the database's first page, in the order in which they were written. */
  readonly firstPages: readonly Uint8Array[];
}

/** The bytes of a file from a position on: fewer where it ends.. */
export type ReadsAt = (position: number, length: number) => Uint8Array;

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
 * Looks through a write-ahead log, frame by frame, since it may be larger than what a program should take.
 * @param bytes how much of it is looked at
 * @returns null where SQLite takes the log for an empty one
 */
export function readWal(readAt: ReadsAt, bytes: number): LoggedPages | null {
  const header = viewOf(readAt(0, WAL_HEADER_BYTES));
  if (header.byteLength < WAL_HEADER_BYTES) return null;
  if ((header.getUint32(0) & ~1) !== WAL_MAGIC || !isWalHeaderWhole(header)) return null;
  const pageSize = header.getUint32(8);
  const firstPages: Uint8Array[] = [];
  const committed = { count: 0, firstPages: 0 };
  const step = FRAME_HEADER_BYTES + pageSize;
  for (let count = 1, at = WAL_HEADER_BYTES; at + step <= bytes; count++, at += step) {
    const frame = readAt(at, FRAME_HEADER_BYTES + DATABASE_HEADER_BYTES);
    const view = viewOf(frame);
    // What is left of an earlier round has other salts.
    const isOfThisRound =
      view.getUint32(8) === header.getUint32(16) && view.getUint32(12) === header.getUint32(20);
    if (!isOfThisRound) break;
    if (view.getUint32(0) === 1) firstPages.push(frame.slice(FRAME_HEADER_BYTES));
    if (view.getUint32(4) !== 0) Object.assign(committed, { count, firstPages: firstPages.length });
  }
  const { count } = committed;
  return { pageSize, count, firstPages: firstPages.slice(0, committed.firstPages) };
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
