import { isActive } from "../store/rows.ts";
import { type Check, type Diagnosis, FIX } from "./check.ts";
import { type Finding, networkFileSystem } from "./finding.ts";
import { closeFile, openFiles } from "./sql.ts";

const MOUNT_TIMEOUT_MS = 2000;

export const fileModes: Check = {
  name: "file-modes",
  async run(ctx) {
    const { home, databasePath } = await ctx.store();
    const open = openFiles(home, databasePath);
    return open.map((file): Diagnosis => {
      const finding: Finding = {
        check: "file-modes",
        severity: "problem",
        what: `${file.path} is open to other users (mode ${file.mode.toString(8)})`,
        why: "what the agents did, prompts and commands, is nobody else's to read or change",
        mend: FIX,
      };
      return { finding, fix: () => closeFile(file) };
    });
  },
};

export const fileSystem: Check = {
  name: "file-system",
  async run(ctx) {
    const { databasePath } = await ctx.store();
    const ask = (program: string) => ctx.capture([program], MOUNT_TIMEOUT_MS);
    const mounts = (await ask("/bin/mount")) ?? (await ask("/sbin/mount"));
    const type = mounts === null ? null : networkFileSystem(mounts, databasePath);
    if (type === null) return [];
    const finding: Finding = {
      check: "file-system",
      severity: "problem",
      what: `${databasePath} lies on a network file system (${type})`,
      why: "SQLite's write-ahead log works on one machine only: two that write at once damage the database",
      mend: "set MM_HOME to a folder on a local disk, for the agents as well",
    };
    return [{ finding }];
  },
};

export const stateFile: Check = {
  name: "state-file",
  async run(ctx) {
    const store = await ctx.store();
    const state = await store.stateFileSession();
    if (state === null || (state.session !== null && isActive(state.session))) return [];
    const fate = state.session === null ? "doesn't exist" : "has ended";
    const finding: Finding = {
      check: "state-file",
      severity: "note",
      what: `the state file names a session that ${fate}: ${state.id}`,
      why: "it is passed over, but whoever reads that file takes the session for the current one",
      mend: FIX,
    };
    return [{ finding, fix: () => store.forgetCurrent(null) }];
  },
};
