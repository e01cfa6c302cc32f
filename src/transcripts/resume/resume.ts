import { closeSync, openSync, readSync } from "node:fs";
import type { TranscriptRow } from "../../store/tables.ts";
import { redact } from "../../text/redact.ts";
import type { FoundSource } from "../find.ts";

const TAIL = Buffer.alloc(4096);
/** What would be longer is left out, and the transcript is read whole the next time. */
const MAX_STATE_CHARS = 262_144;

/** Where the next pass over a source goes on, and what it has to know of what stands before. */
export interface Resume {
  /** The first byte of each file that wasn't taken. */
  readonly from: ReadonlyMap<string, number>;
  /** What the agent's reader has told. */
  readonly reader: object;
  /** What is known of the session. */
  readonly session: object;
}

/** A hash of the bytes before an offset, which tells whether a file has only grown; null where they are not there. */
export function tailOf(path: string, offset: number): string | null {
  const start = Math.max(0, offset - TAIL.length);
  const bytes = TAIL.subarray(0, offset - start);
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, start + at);
      if (read === 0) return null;
      at += read;
    }
    return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}

/** Hashes and the ids of some agents' tools, in which no secret can be: nearly all that a reader remembers. */
const PLAIN = /"(?:[0-9a-z]{1,9}|(?:toolu|call)_[A-Za-z0-9]{8,40})"/gu;

/**
 * What the agent's reader has told, as text; null where it is too long. No word of a transcript belongs into it, and what
 * looks like a secret isn't stored.
 */
export function readerText(reader: object): string | null {
  const text = JSON.stringify(reader);
  if (text.length > MAX_STATE_CHARS) return null;
  const others = text.replaceAll(PLAIN, '""');
  return redact(others) === others ? text : null;
}

/** The text under which a state is stored. */
export function stateText(reader: string, session: object): string {
  return `{"reader":${reader},"session":${JSON.stringify(session)}}`;
}

function stateOf(text: string): Pick<Resume, "reader" | "session"> | null {
  const { reader, session } = JSON.parse(text) as Partial<Resume>;
  if (typeof reader !== "object" || typeof session !== "object") return null;
  return { reader, session };
}

/** Whether what stood in a file still does, and perhaps more: one that was written to and is no longer was rewritten. */
function hasOnlyGrown(
  { path, inode, size, modifiedMs }: FoundSource["files"][number],
  row: TranscriptRow,
): boolean {
  if (row.inode !== inode || size < row.size || size < row.taken) return false;
  if (size === row.size && modifiedMs !== row.modified_ms) return false;
  return row.tail !== null && tailOf(path, row.taken) === row.tail;
}

/** Where to go on in a source; null where it has to be read whole. */
export function resumeOf(
  { files }: FoundSource,
  noted: ReadonlyMap<string, TranscriptRow>,
  version: number,
): Resume | null {
  const from = new Map<string, number>();
  let state: string | null = null;
  for (const file of files) {
    const row = noted.get(file.path);
    if (row === undefined) continue;
    if (row.version !== version || !hasOnlyGrown(file, row)) return null;
    from.set(file.path, row.taken);
    state ??= row.state;
  }
  const kept = state === null ? null : stateOf(state);
  return kept === null ? null : { from, ...kept };
}
