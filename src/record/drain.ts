import type { Context } from "../context.ts";
import { codeOf } from "../errors.ts";
import { readSpooled, removeSpooled, type Spooled, setAside } from "../files/spool.ts";
import { countLost } from "../files/troubles.ts";
import type { Connection } from "../store/connection.ts";
import * as retold from "../store/history/retold.ts";
import type { Store } from "../store/store.ts";
import { applyHook } from "./apply/apply.ts";
import * as subagents from "./known/subagents.ts";
import type { HookRecord } from "./record.ts";
import * as sql from "./sql.ts";

/** Failures of the database, not of what is to be stored in it. */
const FAULTS =
  /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|NOMEM|READONLY|CORRUPT|CANTOPEN|NOTADB|PROTOCOL)/u;

/** What is missing is made by `mm doctor --fix`, after which all can be stored. */
const LACKS = /^no such (?:table|column): |has no column named /u;

function isOfDatabase(error: unknown): boolean {
  return FAULTS.test(codeOf(error)) || (error instanceof Error && LACKS.test(error.message));
}

/** Takes note of a spooled call; false where it has been drained before. */
export function noteDrained(db: Connection, id: string): boolean {
  return db.query(sql.TAKE_SPOOLED).run(id).changes > 0;
}

/** Forgets the calls that were drained, except those whose files are still there and may be found again. */
export function forgetDrained(db: Connection, there: readonly string[]): void {
  db.query(sql.FORGET_SPOOLED).run(JSON.stringify(there));
}

/** Does something whole or not at all, inside the caller's transaction. @returns what went wrong, or null */
export function attempt(db: Connection, work: () => void): string | null {
  db.run(sql.SAVE);
  try {
    work();
    return null;
  } catch (error) {
    // A transaction that SQLite itself has rolled back can't go on, nor one whose database fails.
    if (!db.inTransaction || isOfDatabase(error)) throw error;
    db.run(sql.UNDO);
    return error instanceof Error ? error.message : String(error);
  } finally {
    if (db.inTransaction) db.run(sql.RELEASE);
  }
}

type Needs = Pick<Context, "now" | "newId" | "lossPlaces" | "warnings">;

/** A record that an older `mm` has spooled says `client` for the agent. */
const FORMER = {
  client: "agent",
  clientEvent: "agentEvent",
  clientVersion: "agentVersion",
} as const;

function renamed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("client" in value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, of]) => [FORMER[key as keyof typeof FORMER] ?? key, of]),
  );
}

/** A spooled value is only ever what `toRecord` gave. */
function asRecord(value: unknown): HookRecord | null {
  const record = renamed(value) as Partial<HookRecord> | null;
  return typeof record?.id === "string" &&
    typeof record.at === "number" &&
    typeof record.event === "object" &&
    record.event !== null
    ? (record as HookRecord)
    : null;
}

/**
 * Applies what the spool holds, each call once however often it is found; a bad one is no obstacle to the rest.
 * @returns the files that can't be drained
 */
function applySpooled(ctx: Needs, db: Connection, calls: readonly Spooled[]): string[] {
  const bad: string[] = [];
  const passOver = (file: string, problem: string) => {
    bad.push(file);
    ctx.warnings.push(`a spooled event was set aside: ${problem}: ${file}`);
  };
  const good: { file: string; id: string; record: HookRecord }[] = [];
  for (const { file, id, value } of calls) {
    const record = asRecord(value);
    if (record === null) passOver(file, "it can't be read");
    else good.push({ file, id, record });
  }
  const now = ctx.now().getTime();
  for (const { file, id, record } of good.sort((a, b) => a.record.at - b.record.at)) {
    const options = {
      newId: ctx.newId(),
      now,
      ownMicros: null,
      stale: null,
      mayRemove: false,
      history: { ...retold, ...subagents },
    };
    const problem = attempt(db, () => {
      if (noteDrained(db, id)) applyHook(db, record, options);
    });
    if (problem !== null) passOver(file, problem);
  }
  return bad;
}

/** What was drained of the spool, and what could not be. */
export interface Drained {
  readonly files: readonly string[];
  readonly bad: readonly string[];
  /** Whether nothing is left in it. */
  readonly isAll: boolean;
}

/** Drains the spool: applies its calls, at most as many as a hook has time for, inside the caller's transaction. */
export function drainSpool(ctx: Needs, db: Connection, home: string): Drained {
  const { calls, isAll } = readSpooled(`${home}/spool`, ctx.now().getTime());
  const bad = applySpooled(ctx, db, calls);
  if (isAll) {
    forgetDrained(
      db,
      calls.map(({ id }) => id),
    );
  }
  const files = calls.map(({ file }) => file).filter((file) => !bad.includes(file));
  return { files, bad, isAll: isAll && bad.length === 0 };
}

/** Removes the files of what was drained, after its transaction; what can't be is set aside and counts as lost. */
export function clearSpool(ctx: Needs, home: string, { files, bad }: Drained): void {
  const folder = `${home}/spool`;
  for (const file of bad) setAside(folder, file);
  removeSpooled(folder, files);
  if (bad.length === 0) return;
  countLost(ctx.lossPlaces(home), ctx.now(), "set_aside", bad.length);
}

/** Drains the spool, in one transaction for each hundred. */
export async function emptySpool(ctx: Needs, store: Store): Promise<void> {
  for (let isAll = false; !isAll; ) {
    let drained: Drained | undefined;
    await store.write(({ db }) => {
      drained = drainSpool(ctx, db, store.home);
    });
    if (drained === undefined) return;
    clearSpool(ctx, store.home, drained);
    // What is left without having been drained can't be read.
    isAll = drained.isAll || drained.files.length + drained.bad.length === 0;
  }
}
