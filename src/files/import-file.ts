import * as fs from "node:fs";
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { UserError } from "../errors.ts";
import { writeAll } from "./durable.ts";
import { whyRefused } from "./errno.ts";

/** What is imported: it can be read more than once, and doesn't change meanwhile. */
export interface ImportFile {
  readonly size: number;
  /** Starts at the beginning: each call of the function fills a buffer and returns how many bytes it read, 0 at the end. */
  read(): (buffer: Uint8Array) => number;
  close(): void;
}

/** A file, or a stream that is copied into a folder of ours first. */
type Source =
  | { readonly path: string }
  | { readonly stream: AsyncIterable<Uint8Array>; readonly folder: string; readonly id: string };

/** What codes of the system mean for a file that is to be read. */
export const IMPORT_REASONS = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ESPIPE: "it is no file; `-` reads standard input",
};

function reading(fd: number): (buffer: Uint8Array) => number {
  let position = 0;
  return (buffer) => {
    const length = readSync(fd, buffer, 0, buffer.length, position);
    position += length;
    return length;
  };
}

/** A copy of the stream that nobody else can open. It is gone once it is closed or this process dies. */
async function copyOf(stream: AsyncIterable<Uint8Array>, folder: string, id: string) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = `${folder}/.import-${id}.tmp`;
  const fd = openSync(path, "wx+", 0o600);
  rmSync(path);
  for await (const piece of stream) writeAll(fs, fd, piece);
  return fd;
}

async function open(source: Source): Promise<number> {
  if ("stream" in source) return await copyOf(source.stream, source.folder, source.id);
  // Opening a pipe would wait for somebody to write to it.
  const fd = openSync(source.path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stat = fstatSync(fd);
  if (stat.isFile()) return fd;
  closeSync(fd);
  throw Object.assign(new Error(), { code: stat.isDirectory() ? "EISDIR" : "ESPIPE" });
}

/** @throws UserError `import_invalid` if it can't be read */
export async function openImport(source: Source): Promise<ImportFile> {
  const name = "path" in source ? source.path : "standard input";
  try {
    const fd = await open(source);
    return { size: fstatSync(fd).size, read: () => reading(fd), close: () => closeSync(fd) };
  } catch (error) {
    throw new UserError(
      "import_invalid",
      `can't read ${name}: ${whyRefused(error, IMPORT_REASONS)}`,
    );
  }
}
