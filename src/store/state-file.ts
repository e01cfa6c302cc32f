import { isDanglingLink, readSmallFile } from "../files/small-file.ts";
import type { Connection } from "./connection.ts";
import { findSession, type Session } from "./rows.ts";

/** The state file, and the file to which a start writes its id before it commits. */
export interface StateFiles {
  readonly state: string;
  readonly pending: string;
}

export function stateFilesIn(home: string): StateFiles {
  return { state: `${home}/.current_session`, pending: `${home}/.current_session.tmp` };
}

/** The id in a state file, or null. Calls `warn` about an unusable file. */
async function readId(path: string, warn: (message: string) => void): Promise<string | null> {
  const file = await readSmallFile(path);
  const isAbsent = file.kind === "absent";
  if (isAbsent && !(await isDanglingLink(path))) return null;
  const id = file.kind === "text" ? file.text.trim() : "";
  if (id !== "") return id;
  const blank = isAbsent ? "it is a dangling link" : "it is blank";
  const problem = file.kind === "unusable" ? file.problem : blank;
  warn(`the state file ${path} names no session: ${problem}`);
  return null;
}

/**
 * The session that the state file names, active or not; null if it has no row.
 * The pending file comes first, because a start that died after its commit left its id there.
 */
export async function currentSession(
  db: Connection,
  files: StateFiles,
  warn: (message: string) => void,
): Promise<Session | null> {
  const pendingId = await pendingSessionId(files);
  const pending = pendingId === null ? null : findSession(db, pendingId);
  if (pending !== null) return pending;
  const id = await readId(files.state, warn);
  return id === null ? null : findSession(db, id);
}

/** The id in the state file, whether or not such a session exists. */
export function stateFileId(files: StateFiles): Promise<string | null> {
  return readId(files.state, () => undefined);
}

/**
 * The id of a start that has not yet renamed its file into place, or died before. If the state file is newer,
 * memtomem, which doesn't know pending files, has written it since then, and it counts instead.
 */
export async function pendingSessionId(files: StateFiles): Promise<string | null> {
  const pending = Bun.file(files.pending);
  // The size shows without loading node:fs that the file is missing, which is nearly always the case.
  if (pending.size === 0) return null;
  const state = Bun.file(files.state);
  if (state.size > 0 && state.lastModified > pending.lastModified) return null;
  return await readId(files.pending, () => undefined);
}
