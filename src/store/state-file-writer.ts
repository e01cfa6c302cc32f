import * as fs from "node:fs";
import {
  closeSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  utimesSync,
} from "node:fs";
import { codeOf, UserError } from "../errors.ts";
import { writeAll } from "../files/durable.ts";
import { whyRefused } from "../files/errno.ts";
import { giveToOwner, makePrivateFolder } from "../files/guard.ts";
import type { Connection } from "./connection.ts";
import { findSession } from "./rows.ts";
import { pendingSessionId, type StateFiles, stateFileId } from "./state-file.ts";

// The database's write lock guards these files. Callers of every function here must hold it.

function refuse(path: string, error: unknown): never {
  throw new UserError(
    "state_file",
    `can't write the state file ${path}: ${whyRefused(error)}`,
    "make its folder writable, free some space or allow more open files; nothing was changed",
  );
}

/** Finishes the start of a process that died if its id has a row, else undoes it. */
export async function settlePending(db: Connection, files: StateFiles): Promise<void> {
  const id = await pendingSessionId(files);
  try {
    if (id !== null && findSession(db, id) !== null) renameSync(files.pending, files.state);
    else rmSync(files.pending, { force: true });
  } catch (error) {
    refuse(files.pending, error);
  }
}

/** Makes the pending file newer than the state file even if the clock was set back; see `pendingSessionId`. */
function outdate(files: StateFiles): void {
  const state = lstatSync(files.state, { throwIfNoEntry: false });
  if (state === undefined || state.mtimeMs < lstatSync(files.pending).mtimeMs) return;
  const after = new Date(state.mtimeMs + 1000);
  utimesSync(files.pending, after, after);
}

/**
 * Writes the id of a session that is about to be committed to the pending file. Only `settlePending`, and
 * readers that find the session's row, use that file.
 * @throws UserError `state_file` if this or the later rename can't work
 */
export function stagePending(files: StateFiles, home: string, id: string): void {
  if (lstatSync(files.state, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UserError(
      "state_file",
      `the state file ${files.state} is a directory`,
      "move it away; nothing was changed",
    );
  }
  const write = () => {
    const fd = openSync(files.pending, "wx", 0o600);
    try {
      writeAll(fs, fd, `${id}\n`);
      giveToOwner(fs, fd, home);
    } finally {
      closeSync(fd);
    }
  };
  try {
    makePrivateFolder(fs, home);
    try {
      write();
    } catch (error) {
      // We hold the lock, so the file can't belong to a living start.
      if (codeOf(error) !== "EEXIST") throw error;
      unlinkSync(files.pending);
      write();
    }
    outdate(files);
  } catch (error) {
    discardPending(files);
    refuse(files.pending, error);
  }
}

export function discardPending(files: StateFiles): void {
  try {
    rmSync(files.pending, { force: true });
  } catch {
    // The id in it has no row, so readers ignore it. The earlier failure is reported.
  }
}

/** Makes the pending session the current one, unless another process has done so already. */
export async function publishPending(files: StateFiles, id: string): Promise<void> {
  if ((await pendingSessionId(files)) === id) renameSync(files.pending, files.state);
}

/** Removes the state file if it names this session or, for null, any session that isn't active. */
export async function forgetCurrent(
  db: Connection,
  files: StateFiles,
  id: string | null,
): Promise<void> {
  const named = await stateFileId(files);
  if (named === null) return;
  const isOver = id === null ? findSession(db, named)?.endedAt !== null : named === id;
  if (isOver) unlinkSync(files.state);
}
