import { describe, expect, test } from "bun:test";
import { hasWalResetBug, networkFileSystem } from "../../src/doctor/finding.ts";

test.each([
  ["3.6.23", false],
  ["3.7.0", true],
  ["3.40.1", true],
  ["3.43.2", true],
  ["3.44.5", true],
  ["3.44.6", false],
  ["3.45.0", true],
  ["3.50.6", true],
  ["3.50.7", false],
  ["3.51.2", true],
  ["3.51.3", false],
  ["3.54.1", false],
  ["4.0.0", false],
])("SQLite %s has the bug of a reset log: %p", (version, has) => {
  expect(hasWalResetBug(version)).toBe(has);
});

const LINUX = `/dev/vda1 on / type ext4 (rw,relatime)
proc on /proc type proc (rw)
server:/export on /home/me/net type nfs4 (rw,vers=4.2)
//nas/share on /mnt/nas type cifs (rw)
C:\\ on /mnt/c type 9p (rw)
me@host:/ on /home/me/far type fuse.sshfs (rw)
/dev/fuse on /run/user/1000/doc type fuse.portal (rw)
server:/b on /home/me/with (odd) name type nfs (rw)
/dev/vdb on /home/me/net/local type xfs (rw)
server:/old on /data type nfs (rw)
/dev/vdc on /data type ext4 (rw)
`;
const MAC = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//me@nas._smb._tcp.local/home on /Volumes/home (smbfs, nodev, nosuid, mounted by me)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
`;

describe("a path on", () => {
  test.each([
    [LINUX, "/home/me/.memtomem/memtomem.db", null],
    [LINUX, "/home/me/net/.memtomem/memtomem.db", "nfs4"],
    [LINUX, "/home/me/network/memtomem.db", null],
    [LINUX, "/home/me/net/local/memtomem.db", null],
    [LINUX, "/mnt/nas/x", "cifs"],
    [LINUX, "/mnt/c/Users/me/x", "9p"],
    [LINUX, "/home/me/far/x", "fuse.sshfs"],
    [LINUX, "/run/user/1000/doc/x", null],
    [LINUX, "/home/me/with (odd) name/x", "nfs"],
    [LINUX, "/data/x", null],
    [MAC, "/Volumes/home/x", "smbfs"],
    [MAC, "/Users/me/x", null],
    ["", "/x", null],
    ["no such line\n", "/x", null],
  ])("%#", (mounts, path, type) => {
    expect(networkFileSystem(mounts, path)).toBe(type);
  });
});
