import type { Context, Serving } from "../context.ts";
import { codeOf } from "../errors.ts";
import type { Disk } from "../files/durable.ts";
import { createDurably } from "../files/durable.ts";
import { readSmallFile } from "../files/small-file.ts";
import { isObject } from "../text/text.ts";

/** A server that runs. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  readonly token: string;
}

/** The page's address. What is behind the # never leaves the browser. */
export function addressOf({ port, token }: Running): string {
  return `http://127.0.0.1:${port}/#t=${token}`;
}

const noteOf = (running: Running) => `${JSON.stringify(running)}\n`;
const fileIn = (home: string) => `${home}/web.json`;

async function noted(home: string, path = fileIn(home)): Promise<Running | null> {
  const file = await readSmallFile(path);
  if (file.kind !== "text") return null;
  try {
    const value: unknown = JSON.parse(file.text);
    if (!isObject(value)) return null;
    const { port, pid, token } = value;
    if (typeof port !== "number" || typeof pid !== "number" || typeof token !== "string")
      return null;
    return { port, pid, token };
  } catch {
    return null;
  }
}

/** Between its claim and its port a server needs milliseconds, on a machine that is busy a second or two. */
const STARTING_MS = 5000;
const STEP_MS = 30;

/** What is noted once a server that is starting has its port, or is gone. */
async function settled(
  ctx: Pick<Context, "sleep">,
  serving: Serving,
  home: string,
): Promise<Running | null> {
  let running = await noted(home);
  for (let waited = 0; running?.port === 0 && waited < STARTING_MS; waited += STEP_MS) {
    if (!serving.isAlive(running.pid)) break;
    await ctx.sleep(STEP_MS);
    running = await noted(home);
  }
  return running;
}

/** The server of this home that answers; null if there is none. The note of a dead one is removed. */
export async function findRunning(
  ctx: Pick<Context, "disk" | "newId" | "sleep">,
  serving: Serving,
  home: string,
): Promise<Running | null> {
  const running = await settled(ctx, serving, home);
  if (running !== null && (await serving.answers(running.port, running.token))) return running;
  await bury(await ctx.disk(), home, ctx.newId(), running);
  return null;
}

/** Removes a note, unless another server has replaced it meanwhile. */
async function bury(disk: Disk, home: string, id: string, dead: Running | null): Promise<void> {
  const path = fileIn(home);
  const aside = `${path}.${id}.old`;
  try {
    disk.renameSync(path, aside);
  } catch {
    // There is none.
    return;
  }
  const found = await noted(home, aside);
  if (found !== null && found.token !== dead?.token) disk.linkSync(aside, path);
  disk.rmSync(aside, { force: true });
}

/** Puts a file for its user alone in the place of whatever has its name. */
function put(disk: Disk, path: string, id: string, text: string): void {
  const temporary = `${path}.${id}.tmp`;
  createDurably(disk, temporary, text);
  disk.renameSync(temporary, path);
}

/** Gives a file its name, whole, unless there is one of that name. @throws EEXIST */
function appear(disk: Disk, temporary: string, path: string, text: string): void {
  try {
    disk.linkSync(temporary, path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw error;
    // Some file systems have no links.
    createDurably(disk, path, text);
  }
}

/**
 * Notes that a server is starting, whose port isn't known yet. Only one can be noted at a time.
 * @returns false if another one is
 */
export async function claim(
  ctx: Pick<Context, "disk" | "newId">,
  home: string,
  starting: Omit<Running, "port">,
): Promise<boolean> {
  const disk = await ctx.disk();
  disk.mkdirSync(home, { recursive: true, mode: 0o700 });
  const temporary = `${fileIn(home)}.${ctx.newId()}.tmp`;
  const text = noteOf({ ...starting, port: 0 });
  createDurably(disk, temporary, text);
  try {
    appear(disk, temporary, fileIn(home), text);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    disk.rmSync(temporary, { force: true });
  }
}

/** Lets the next `mm web` find this server, which has claimed that. */
export async function note(
  ctx: Pick<Context, "disk" | "newId">,
  home: string,
  running: Running,
): Promise<void> {
  put(await ctx.disk(), fileIn(home), ctx.newId(), noteOf(running));
}

/** Removes the note of this server, unless it is another one's. */
export async function forget(
  ctx: Pick<Context, "disk">,
  home: string,
  { token }: Pick<Running, "token">,
): Promise<void> {
  if ((await noted(home))?.token === token)
    (await ctx.disk()).rmSync(fileIn(home), { force: true });
}

const SHOWN_MS = 10_000;

/**
 * Opens the page in the user's browser if there is one. Others can read command lines, so the browser is given a file
 * that leads to the address; that file is removed once the browser has had time to read it.
 * @returns what removes it at once
 */
export async function openPage(
  ctx: Pick<Context, "disk" | "newId" | "sleep">,
  serving: Serving,
  home: string,
  running: Running,
): Promise<() => void> {
  const path = `${home}/web-open.html`;
  const disk = await ctx.disk();
  const remove = () => disk.rmSync(path, { force: true });
  if (!serving.canOpen()) return () => undefined;
  const leads = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">`;
  put(
    disk,
    path,
    ctx.newId(),
    `${leads}<meta http-equiv="refresh" content="0;url=${addressOf(running)}">\n`,
  );
  serving.open(path);
  void ctx.sleep(SHOWN_MS).then(remove);
  return remove;
}
