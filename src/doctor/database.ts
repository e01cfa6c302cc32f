import { UserError } from "../errors.ts";
import { keepingIn } from "../files/keeping.ts";
import { isEmptiedInUse } from "../files/strays.ts";
import { createMissing } from "../store/schema.ts";
import type { Store } from "../store/store.ts";
import { formatAge } from "../text/duration.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { counted } from "../text/text.ts";
import { MAX_AHEAD_MS } from "../text/time.ts";
import { type Check, type Diagnosis, FIX } from "./check.ts";
import { type Finding, hasWalResetBug } from "./finding.ts";
import {
  type DatabaseHealth,
  databaseHealth,
  deleteOrphans,
  foldLog,
  lostParts,
  makeRoom,
  recovery,
  staleSessions,
} from "./sql.ts";

/** Our own closes leave half a megabyte at most; this much means that something keeps the log from being folded in. */
const MAX_WAL_BYTES = 16 * 1024 * 1024;
const SHOWN_IDS = 3;

type Part = Omit<Finding, "check">;

function removalOf({ eventsToPurge }: DatabaseHealth): Part[] {
  if (eventsToPurge === 0) return [];
  return [
    {
      severity: "note",
      what: `deleting sessions was interrupted: ${counted(eventsToPurge, "event")} left`,
      why: "no command shows them, but they take space",
      mend: "mm gc",
    },
  ];
}

function integrityOf({ path, damage, orphans }: DatabaseHealth): Part[] {
  const damaged: Part = {
    severity: "problem",
    what: `the database is damaged: ${damage.join("; ")}`,
    why: "what is stored may be wrong or unreadable, and it may get worse",
    mend: recovery(path),
  };
  const lost = orphans.map(({ table, rows }) => ({
    severity: "problem" as const,
    what: `${counted(rows, "row")} of ${table} ${rows === 1 ? "belongs" : "belong"} to sessions that don't exist`,
    why: "another program has deleted sessions but not the rows that belong to them; no command shows these rows",
    mend: `sqlite3 ${quoteForPosix(path)} ${quoteForPosix(deleteOrphans(table))}`,
  }));
  return damage.length === 0 ? lost : [damaged, ...lost];
}

function versionOf({ sqliteVersion }: DatabaseHealth): Part[] {
  if (!hasWalResetBug(sqliteVersion)) return [];
  return [
    {
      severity: "note",
      what: `SQLite ${sqliteVersion} comes with this system, and mm uses it`,
      why: "versions before 3.51.3 can damage a database, very rarely, when several programs write at once",
      mend: "update the system, to SQLite 3.51.3 or later",
    },
  ];
}

function clockOf({ newestAt }: DatabaseHealth, now: Date): Part[] {
  const ahead = newestAt === null ? 0 : newestAt - now.getTime();
  if (ahead <= MAX_AHEAD_MS) return [];
  return [
    {
      severity: "note",
      what: `the newest entry is ${formatAge(ahead)} in the future`,
      why: "the clock has gone backwards or was wrong, and the order and age of sessions depend on it",
      mend: `set the clock if it is wrong; otherwise wait ${formatAge(ahead)}`,
    },
  ];
}

function logOf({ path, walBytes }: DatabaseHealth): Diagnosis[] {
  if (walBytes <= MAX_WAL_BYTES) return [];
  const finding: Finding = {
    check: "write-ahead-log",
    severity: "problem",
    what: `the write-ahead log takes ${Math.round(walBytes / 1_000_000)} MB`,
    why: "every call of mm has to read it; it can't shrink while a program keeps the database open",
    mend: FIX,
  };
  const byHand = "end the programs that have the database open";
  return [{ finding, byHand, fix: () => foldLog(path) }];
}

/** A database that can't be read or written is a finding, with the advice of the failure. */
export function unusable(
  check: string,
  error: unknown,
  { home, databasePath }: Store,
): Diagnosis[] {
  if (!(error instanceof UserError)) throw error;
  const { spools } = keepingIn(home, databasePath);
  const finding: Finding = {
    check,
    severity: "problem",
    what: error.message,
    why: `nothing can be stored; ${spools ? "hooks put their events into the spool" : "the events of hooks are lost"} meanwhile`,
    mend: isEmptiedInUse(databasePath)
      ? FIX
      : (makeRoom(databasePath) ?? error.hint ?? "see what the message names"),
  };
  return [{ finding, isFatal: true }];
}

/** What other programs, or people, have done to the tables. */
export const tables: Check = {
  name: "tables",
  async run(ctx) {
    const store = await ctx.store();
    const path = store.databasePath;
    try {
      const lost = lostParts(path);
      const named = [
        ...lost.tables.map((name) => `table ${name}`),
        ...lost.columns.map((name) => `column ${name}`),
      ];
      if (named.length === 0) return [];
      const finding: Finding = {
        check: "tables",
        severity: "problem",
        what: `the database ${path} has no ${named.join(", no ")}`,
        why: "calls that need it fail, and hooks put their events into the spool meanwhile",
        mend: FIX,
      };
      const fix = () => store.write(({ db }) => createMissing(db, path));
      return [{ finding, isFatal: true, fix }];
    } catch (error) {
      return unusable("tables", error, store);
    }
  },
};

export const database: Check = {
  name: "database",
  async run(ctx) {
    const store = await ctx.store();
    try {
      const health = await store.read((view) => databaseHealth(view, store.databasePath));
      if (health === undefined) return [];
      const named = (check: string, parts: readonly Part[]) =>
        parts.map((part): Diagnosis => ({ finding: { check, ...part } }));
      return [
        ...named("integrity", integrityOf(health)),
        ...named("removal", removalOf(health)),
        ...named("sqlite-version", versionOf(health)),
        ...named("clock", clockOf(health, ctx.now())),
        ...logOf(health),
      ];
    } catch (error) {
      const isNewer = error instanceof UserError && error.code === "database_newer";
      return unusable(isNewer ? "schema" : "integrity", error, store);
    }
  },
};

function quoteForShell(id: string): string {
  return /^[\w-]+$/u.test(id) ? id : quoteForPosix(id);
}

export const idle: Check = {
  name: "idle-sessions",
  async run(ctx, { settings: { stale } }) {
    const since = new Date(ctx.now().getTime() - stale.ms);
    const store = await ctx.store();
    const ids = (await store.read((view) => staleSessions(view, since))) ?? [];
    if (ids.length === 0) return [];
    const shown = ids.slice(0, SHOWN_IDS);
    const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : "";
    const finding: Finding = {
      check: "idle-sessions",
      severity: "note",
      what: `${counted(ids.length, "session")} without a sign of life for more than ${stale.typed}: ${shown.join(", ")}${more}`,
      why: "they count as active: a session that was started by hand ends only by `mm session end`",
      mend: ids.map((id) => `mm session end ${quoteForShell(id)}`).join(" && "),
    };
    return [{ finding }];
  },
};
