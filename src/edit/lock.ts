import { codeOf, UserError } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import type { EditContext } from "./places.ts";
import { makeFolder, readText } from "./write.ts";

/** Nobody holds the lock for longer than a moment: an older one belongs to a dead process. */
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

function tryLock({ files, now, newId }: EditContext, path: string, token: string): boolean {
  try {
    take(files, path, token);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const isAlive = ({ mtimeMs }: { mtimeMs: number }) => now().getTime() - mtimeMs < DEAD_MS;
  const stat = files.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || isAlive(stat)) return false;
  const aside = `${path}-${newId()}`;
  try {
    files.renameSync(path, aside);
    // Somebody may have replaced the dead lock meanwhile; a living one is put back.
    if (isAlive(files.statSync(aside))) files.linkSync(aside, path);
    files.unlinkSync(aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error;
  }
  return false;
}

async function lock(ctx: EditContext, path: string, token: string): Promise<void> {
  for (let waited = 0; !tryLock(ctx, path, token); waited += POLL_MS) {
    if (waited >= WAIT_MS) {
      throw new UserError("settings_busy", `another mm hooks command is running: ${path}`);
    }
    await Bun.sleep(POLL_MS);
  }
}

/** Releases the lock, unless somebody took this process for dead and holds it now. */
function unlock(files: Disk, path: string, token: string): void {
  if (readText(files, path) === token) files.unlinkSync(path);
}

/**
 * Runs `work` while no other `mm hooks` of this home changes anything.
 * @throws UserError `settings_busy`, `settings_unwritable`
 */
export async function locked<T>(ctx: EditContext, work: () => T): Promise<T> {
  const { files } = ctx;
  const folder = `${ctx.places.home}/hooks`;
  const path = `${folder}/lock`;
  const token = ctx.newId();
  try {
    makeFolder(files, folder);
    await lock(ctx, path, token);
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
