import { existsSync, mkdtempSync, rmSync, statfsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";

/** A file system to measure on, and a folder in it. */
export interface Volume {
  readonly name: "memory" | "disk";
  readonly folder: string;
  readonly fileSystem: string;
}

export interface Volumes {
  readonly disk: Volume;
  /** Null if there is no memory file system with enough space. */
  readonly memory: Volume | null;
  readonly notes: readonly string[];
}

const MEMORY_FOLDER = "/dev/shm";
/** Two binaries and a large database that grows. */
const NEEDED_BYTES = 1.2e9;

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  16914836: "tmpfs",
  61267: "ext2/3/4",
  1481003842: "xfs",
  2435016766: "btrfs",
  801189825: "zfs",
  2035054128: "overlayfs",
  4076150800: "f2fs",
  26: "apfs",
};

function fileSystemOf(folder: string): string {
  const { type } = statfsSync(folder);
  return FILE_SYSTEMS[type] ?? `file system 0x${type.toString(16)}`;
}

function volumeIn(parent: string, name: Volume["name"]): Volume {
  return {
    name,
    folder: mkdtempSync(`${parent}/mm-bench-${name}-`),
    fileSystem: fileSystemOf(parent),
  };
}

function whyNoMemory(): string | null {
  if (!existsSync(MEMORY_FOLDER)) return `there is no ${MEMORY_FOLDER}`;
  const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
  const free = bavail * bsize;
  return free < NEEDED_BYTES ? `${MEMORY_FOLDER} has only ${Math.round(free / 1e6)} MB free` : null;
}

/** Creates the folders. They are removed when the process ends, even by a signal. */
export function makeVolumes(): Volumes {
  const disk = volumeIn(tmpdir(), "disk");
  const missing = whyNoMemory();
  const memory = missing === null ? volumeIn(MEMORY_FOLDER, "memory") : null;
  const remove = () => {
    for (const volume of [disk, memory]) {
      if (volume !== null) rmSync(volume.folder, { recursive: true, force: true });
    }
  };
  process.on("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(1));
  }
  const notes: string[] = [];
  if (missing !== null) {
    notes.push(
      `No memory file system: ${missing}. Everything is on disk and most goals don't apply.`,
    );
  } else if (memory !== null && statSync(memory.folder).dev === statSync(disk.folder).dev) {
    notes.push("Memory and disk are the same file system.");
  } else if (disk.fileSystem === "tmpfs") {
    notes.push("The temp folder, taken as the disk, is a memory file system too.");
  }
  return { disk, memory, notes };
}
