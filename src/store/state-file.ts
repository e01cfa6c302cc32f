import { readSmallFile, whyEmpty } from "../files/small-file.ts";
import type { Connection } from "./connection.ts";
import { findSession, type Session } from "./rows.ts";

/** The state file and the file in which a start writes its id before it commits. */
export interface StateFiles {
  readonly state: string;
  readonly pending: string;
}

export function stateFilesIn(home: string): StateFiles {
  return { state: `${home}/.current_session`, pending: `${home}/.current_session.tmp` };
}

/** The id in a state file, or null; `warn` hears of one that can't be used. */
async function readId(path: string, warn: (message: string) => void): Promise<string | null> {
  const read = await readSmallFile(path);
  const file = read.kind === "absent" ? await whyEmpty(path) : read;
  // It has come into being between the two looks.
  if (file === "not empty") return await readId(path, warn);
  if (file.kind === "absent") return null;
  const id = file.kind === "text" ? file.text.trim() : "";
  if (id !== "") return id;
  const problem = file.kind === "unusable" ? file.problem : "it is blank";
  warn(`the state file ${path} names no session: ${problem}`);
  return null;
}

/**
 * The session that the state file names, whatever its state; null where there is no such row.
 * A start that died after its commit has left its id in the pending file, which then counts first.
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

/** What the state file says, whether or not there is such a session. */
export function stateFileId(files: StateFiles): Promise<string | null> {
  return readId(files.state, () => undefined);
}

/**
 * The id of a start that has not renamed its file into place yet, or died before it could. Where the state
 * file is younger, memtomem, which knows nothing of pending files, has written it since and counts.
 */
export async function pendingSessionId(files: StateFiles): Promise<string | null> {
  const pending = Bun.file(files.pending);
  // Its size alone tells that it isn't there, which is nearly always, without loading node:fs.
  if (pending.size === 0) return null;
  const state = Bun.file(files.state);
  if (state.size > 0 && state.lastModified > pending.lastModified) return null;
  return await readId(files.pending, () => undefined);
}
