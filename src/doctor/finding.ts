import { isAtLeast, versionNumbers } from "../text/version.ts";

/** Something that `mm doctor` found. */
export interface Finding {
  /** The check that found it. */
  readonly check: string;
  /** A problem makes the exit code 1; a note is only worth knowing. */
  readonly severity: "problem" | "note";
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** A command, or what a person has to do, after which it is gone. */
  readonly mend: string;
}

/** Fixed in 3.51.3 and, for those who stay behind, in 3.50.7 and 3.44.6 (https://sqlite.org/wal.html#walresetbug). */
export function hasWalResetBug(sqliteVersion: string): boolean {
  const version = versionNumbers(sqliteVersion);
  if (isAtLeast(version, [3, 51, 3]) || !isAtLeast(version, [3, 7, 0])) return false;
  const isFixed = (line: readonly number[], fix: readonly number[]) =>
    line.every((part, index) => version[index] === part) && isAtLeast(version, fix);
  return !isFixed([3, 50], [3, 50, 7]) && !isFixed([3, 44], [3, 44, 6]);
}

const NETWORK =
  /^(nfs\d?|cifs|smbfs|smb\d?|9p|afs|afpfs|ceph|glusterfs|webdav|davfs|fuse\.(sshfs|rclone|s3fs|glusterfs))$/u;

/** `X on /path type nfs (…)` is what Linux prints, `X on /path (nfs, …)` what macOS does. */
const MOUNTS = [/^.* on (\/.*) type (\S+) \(/u, /^.* on (\/.*) \(([^,()]+)[^()]*\)$/u];

/**
 * The network file system that a path lies on, by what the program `mount` prints, or null. There the shared
 * memory of a write-ahead log is not shared between machines (https://sqlite.org/wal.html).
 */
export function networkFileSystem(mounts: string, path: string): string | null {
  let found = { point: "", type: "" };
  for (const line of mounts.split("\n")) {
    const match = MOUNTS.map((pattern) => pattern.exec(line)).find((one) => one !== null);
    const [, point = "", type = ""] = match ?? [];
    const isAbove = point === "/" || path === point || path.startsWith(`${point}/`);
    // A later mount on the same point hides the earlier one.
    if (isAbove && point.length >= found.point.length) found = { point, type };
  }
  return NETWORK.test(found.type) ? found.type : null;
}
