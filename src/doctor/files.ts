import * as fs from "node:fs";
import { statOf } from "../files/guard.ts";
import {
  describeStray,
  emptiedInUse,
  findStrays,
  isEmptiedInUse,
  listNoFiles,
  listSetAside,
  noFile,
  setFileAside,
  setStraysAside,
} from "../files/strays.ts";
import { isHomeNamed } from "../settings/home.ts";
import { homeFault } from "../settings/no-folder.ts";
import { readSettings, type Settings, settingsPath } from "../settings/settings.ts";
import { isActive } from "../store/rows.ts";
import type { Store } from "../store/store.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { type Check, type Diagnosis, FIX } from "./check.ts";
import { type Finding, networkFileSystem } from "./finding.ts";

const MOUNT_TIMEOUT_MS = 2000;

/** Something else in the place of the home, beside which nothing else needs a look. */
export const homeItself: Check = {
  name: "home",
  async run(ctx) {
    const { home } = await ctx.store();
    const fault = homeFault(home, isHomeNamed(ctx.env));
    if (fault === null) return [];
    const finding: Finding = {
      check: "home",
      severity: "problem",
      what: fault.message,
      why: "nothing can be stored, and the events of hooks are lost meanwhile",
      mend: fault.hint ?? "",
    };
    return [{ finding }];
  },
};

/** Of one that is empty under a program that has it open, or was killed; a new one is made once no program has. */
function ofEmptied(store: Store): Diagnosis {
  const path = quoteForPosix(store.databasePath);
  const finding: Finding = {
    check: "left-logs",
    severity: "problem",
    what: emptiedInUse(store.databasePath).message,
    why: `nothing can be stored until that program ends, so hooks put their events into the spool; \`fuser ${path}\` names it if it still runs`,
    mend: FIX,
  };
  const byHand = "end the program that has it open";
  return { finding, isFatal: true, byHand, fix: () => store.write(() => undefined) };
}

/** What databases that are gone, emptied or replaced have left unfolded. */
export const leftLogs: Check = {
  name: "left-logs",
  async run(ctx) {
    const store = await ctx.store();
    const { databasePath } = store;
    const strays = findStrays(databasePath).map((stray): Diagnosis => {
      const isInTheWay = stray.database !== "missing";
      const finding: Finding = {
        check: "left-logs",
        severity: "problem",
        what: describeStray(stray, databasePath),
        why: isInTheWay
          ? "SQLite would destroy it or damage the database with it, so hooks put their events into the spool"
          : "what was stored last is only there; the next call that stores something moves it aside",
        mend: FIX,
      };
      return { finding, isFatal: isInTheWay, fix: () => void setStraysAside(databasePath) };
    });
    const isThere = statOf(fs, databasePath, "refused") !== undefined;
    const odd = listNoFiles(databasePath).map(
      (file): Diagnosis => ({
        finding: {
          check: "left-logs",
          severity: "problem",
          what: noFile(file).message,
          why: isThere
            ? "nothing can be stored meanwhile, so hooks put their events into the spool"
            : "the next call that stores something moves it aside",
          mend: FIX,
        },
        isFatal: isThere,
        byHand: `mv ${quoteForPosix(file)} ${quoteForPosix(`${file}.old`)}`,
        fix: () => void setFileAside(file),
      }),
    );
    const emptied = isEmptiedInUse(databasePath) && strays.length === 0 ? [ofEmptied(store)] : [];
    const aside = listSetAside(databasePath).map(
      (file): Diagnosis => ({
        finding: {
          check: "left-logs",
          severity: "note",
          what: `${file} has changes of a database that is gone`,
          why: "only you know whether somebody needs it; together with a copy of that database, it restores them",
          mend: `rm ${quoteForPosix(file)}`,
        },
      }),
    );
    return [...strays, ...odd, ...emptied, ...aside];
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
      what: `${databasePath} is on a network file system (${type})`,
      why: "SQLite's write-ahead log works on one machine only: two that write at once damage the database",
      mend: "set MM_HOME to a folder on a local disk in your shell's profile, and install the hooks again",
    };
    return [{ finding }];
  },
};

/** What may stand under each key. */
const VALUES: Readonly<Record<keyof Settings, string>> = {
  capture: '"none", "summary" or "full"',
  context: "true or false",
  stale: 'a duration like "24h"',
  gc: 'a duration like "90d"',
  prompts: 'a list of agents like ["claude"]',
  history: "true or false",
  sync: "settings of sync, which `mm sync init` writes",
  prices: 'prices like {"my-model": {"input": 1, "output": 5}}',
};

export const ownSettings: Check = {
  name: "settings",
  async run(ctx) {
    const { home } = await ctx.store();
    const file = settingsPath(home);
    const { problems } = await readSettings(home);
    return problems.map(({ key, message }): Diagnosis => {
      const what = `ignored ${message}`;
      const finding = { check: "settings", severity: "problem", what } as const;
      if (key === null) {
        const why =
          "until it is correct, hooks record names and counts only; the fix keeps a copy of it";
        const [own, old] = ["", ".old"].map((end) => quoteForPosix(file + end));
        const mend = `mv ${own} ${old} && mm config set capture none`;
        return { finding: { ...finding, why, mend } };
      }
      const why = "what counts instead is the default, and for `capture` none";
      const mend = `set "${key}" in ${file} to ${VALUES[key]}, or remove it`;
      return { finding: { ...finding, why, mend } };
    });
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
      why: "mm ignores it, but other programs that read the file take the session for the current one",
      mend: FIX,
    };
    const byHand = `rm ${quoteForPosix(`${store.home}/.current_session`)}`;
    return [{ finding, byHand, fix: () => store.forgetCurrent(null) }];
  },
};
