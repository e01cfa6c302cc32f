import { codeOf, UserError } from "../errors.ts";
import { type Disk, makeFolder, readText } from "./write.ts";

/** A lock that is older than this is a dead process's: nobody holds it longer than a moment. */
const DEAD_MS = 10_000;
const WAIT_MS = 20_000;
const POLL_MS = 20;

function take(files: Disk, path: string, token: string): void {
  const fd = files.openSync(path, "wx", 0o600);
  try {
    files.writeSync(fd, new TextEncoder().encode(token));
  } finally {
    files.closeSync(fd);
  }
}

function tryLock(files: Disk, path: string, token: string): boolean {
  try {
    take(files, path, token);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const stat = files.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || Date.now() - stat.mtimeMs < DEAD_MS) return false;
  const aside = `${path}-${crypto.randomUUID()}`;
  try {
    files.renameSync(path, aside);
    // Somebody may have replaced the dead lock by a living one meanwhile: that one is put back.
    if (Date.now() - files.statSync(aside).mtimeMs < DEAD_MS) files.linkSync(aside, path);
    files.unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
  return false;
}

async function lock(files: Disk, path: string, token: string): Promise<void> {
  const until = performance.now() + WAIT_MS;
  while (!tryLock(files, path, token)) {
    if (performance.now() > until) {
      throw new UserError("settings_busy", `another mm hooks command is at work: ${path}`);
    }
    await Bun.sleep(POLL_MS);
  }
}

/** Gives the lock back, unless somebody has taken this process for dead and holds it now. */
function unlock(files: Disk, path: string, token: string): void {
  if (readText(files, path) === token) files.unlinkSync(path);
}

/**
 * Does something while no other `mm hooks` of this home changes anything.
 * @throws UserError `settings_busy`, `settings_unwritable`
 */
export async function locked<T>(files: Disk, home: string, work: () => T): Promise<T> {
  const path = `${home}/hooks/lock`;
  const token = crypto.randomUUID();
  try {
    makeFolder(files, `${home}/hooks`);
    await lock(files, path, token);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("settings_unwritable", `can't write ${path}: ${codeOf(error)}`);
  }
  try {
    return work();
  } finally {
    unlock(files, path, token);
  }
}
