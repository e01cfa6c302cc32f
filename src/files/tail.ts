import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** A pipe would keep its reader waiting, and a link may lead anywhere. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** The complete lines among the last bytes of a file, the last one first; none where it is no plain file that can be read. */
export function lastLines(path: string, bytes: number): string[] {
  let fd: number;
  try {
    fd = openSync(path, FLAGS);
  } catch {
    return [];
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return [];
    const from = Math.max(0, stat.size - bytes);
    const buffer = new Uint8Array(stat.size - from);
    const read = readSync(fd, buffer, 0, buffer.length, from);
    const lines = new TextDecoder().decode(buffer.subarray(0, read)).split("\n");
    // The first is the end of a line that began before.
    return (from > 0 ? lines.slice(1) : lines).filter((line) => line !== "").reverse();
  } catch {
    return [];
  } finally {
    closeSync(fd);
  }
}
