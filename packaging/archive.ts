import { type Zippable, zipSync } from "fflate";
import { createTar } from "nanotar";

/** A file in an archive. Archives of the same files have the same bytes. */
export interface Entry {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isProgram?: boolean;
}

const REGULAR_FILE = 0o100000;
const UNIX = 3;

function byPath(a: Entry, b: Entry): number {
  return a.path < b.path ? -1 : 1;
}

function mode(entry: Entry): number {
  return entry.isProgram === true ? 0o755 : 0o644;
}

/** Creates a tar.gz. `time`, in milliseconds, is the time of every file. */
export function tarGz(entries: readonly Entry[], time: number): Uint8Array {
  const files = entries.toSorted(byPath).map((entry) => ({
    name: entry.path,
    data: entry.bytes,
    attrs: { mode: mode(entry).toString(8) },
  }));
  const tar = createTar(files, {
    attrs: { uid: 0, gid: 0, user: "root", group: "root", mtime: time },
  });
  // Bun's gzip header contains neither a time nor a name.
  return Bun.gzipSync(new Uint8Array(tar), { level: 9, library: "libdeflate" });
}

/** Like `tarGz`. A zip contains local times without a zone; these are UTC. */
export function zip(entries: readonly Entry[], time: number): Uint8Array {
  const utc = new Date(time);
  const mtime = new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
  const files: Zippable = {};
  for (const entry of entries.toSorted(byPath)) {
    const attrs = ((REGULAR_FILE | mode(entry)) << 16) >>> 0;
    files[entry.path] = [entry.bytes, { os: UNIX, attrs, mtime, level: 9 }];
  }
  return zipSync(files);
}
