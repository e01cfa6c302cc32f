import type * as fs from "node:fs";

/** The functions of the file system, any of which the tests can make fail. */
export type Disk = typeof fs;

/** Writes all of it: a disk that is nearly full takes a part without an error, and refuses only the next one. */
export function writeAll(
  files: Pick<Disk, "writeSync">,
  fd: number,
  content: string | Uint8Array,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  for (let done = 0; done < bytes.length; done += files.writeSync(fd, bytes, done));
}

/**
 * Creates a file for its user alone and returns when it is on the disk; a failure leaves none.
 * @param prepare changes the open file before that, its mode for instance
 * @throws the system's error; EEXIST where there is such a file
 */
export function createDurably(
  files: Disk,
  path: string,
  content: string | Uint8Array,
  prepare?: (fd: number) => void,
): void {
  const fd = files.openSync(path, "wx", 0o600);
  try {
    writeAll(files, fd, content);
    prepare?.(fd);
    files.fsyncSync(fd);
  } catch (error) {
    files.closeSync(fd);
    files.rmSync(path, { force: true });
    throw error;
  }
  files.closeSync(fd);
}
