import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
} from "node:fs";

/** The layout of a pack index, version 2. Git writes no other. */
const MAGIC = 0xff_74_4f_63;
const VERSION = 2;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
/** The rest of a repository with more packs is not searched. */
const MAX_PACKS = 1000;

function bytesAt(fd: number, at: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
}

function numberAt(fd: number, at: number): number {
  const bytes = bytesAt(fd, at, 4);
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer).getUint32(0);
}

/** Searches the sorted names of an index that start with the same byte. */
function isIndexed(fd: number, name: Uint8Array): boolean {
  if (numberAt(fd, 0) !== MAGIC || numberAt(fd, 4) !== VERSION) return false;
  const first = name[0] ?? 0;
  let low = first === 0 ? 0 : numberAt(fd, FANOUT_AT + (first - 1) * 4);
  let high = numberAt(fd, FANOUT_AT + first * 4);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const found = bytesAt(fd, NAMES_AT + middle * name.length, name.length);
    const order = Buffer.compare(found, name);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

function isInPack(index: string, name: Uint8Array): boolean {
  // A blocking open would wait for a pipe.
  const fd = openSync(index, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return fstatSync(fd).isFile() && isIndexed(fd, name);
  } finally {
    closeSync(fd);
  }
}

/** Whether a repository has a commit. Reads git's own files; false if they can't be read. */
export function holdsCommit(gitFolder: string, commit: string): boolean {
  const objects = `${gitFolder}/objects`;
  if (existsSync(`${objects}/${commit.slice(0, 2)}/${commit.slice(2)}`)) return true;
  try {
    const name = Uint8Array.fromHex(commit);
    const indices = readdirSync(`${objects}/pack`).filter((file) => file.endsWith(".idx"));
    return indices.slice(0, MAX_PACKS).some((file) => isInPack(`${objects}/pack/${file}`, name));
  } catch {
    return false;
  }
}
