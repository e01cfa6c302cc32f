import type { Context } from "../context.ts";
import { contextText } from "../domain/context-text.ts";
import { UserError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import type { Connection } from "../store/connection.ts";
import type { Spool, Spooled } from "../store/spool.ts";
import type { Store } from "../store/store.ts";
import { attempt, forgetSpooled, takeSpooled } from "../store/taken-in.ts";
import { type Applied, applyHook } from "./apply-hook.ts";
import type { HookRecord } from "./hook-call.ts";

/** Failures of the database after which a call goes to the spool. */
const SPOOLED_AFTER: ReadonlySet<string> = new Set([
  "database_locked",
  "database_unwritable",
  "database_unusable",
  "database_newer",
  "invalid_database_path",
]);

type Needs = Pick<Context, "now" | "newId" | "elapsedMicros" | "warnings">;

/** A spooled value is only ever what `toRecord` gave. */
function asRecord(value: unknown): HookRecord | null {
  const record = value as Partial<HookRecord> | null;
  return typeof record?.id === "string" &&
    typeof record.at === "number" &&
    typeof record.event === "object" &&
    record.event !== null
    ? (record as HookRecord)
    : null;
}

/** What a stored call gives back to its client and to the rest of its session. */
interface Stored extends Applied {
  /** What the session that starts is told, or nothing. */
  readonly context: string;
}

const NOT_STORED: Stored = { sessionId: null, isFirstStart: false, context: "" };

/** Only a session that starts anew is told of others: a resumed or compacted one has been told. */
function wantsContext(record: HookRecord, settings: Settings): boolean {
  if (!settings.context || record.kind !== "session-start") return false;
  return record.source === "startup" || record.source === "clear" || record.source === null;
}

/**
 * Applies what the spool holds, each call once however often it is found; a bad one is no obstacle to the rest.
 * @returns the files that can't be taken in
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
  for (const { file, id, record } of good.sort((a, b) => a.record.at - b.record.at)) {
    const options = { newId: ctx.newId(), ownMicros: null, stale: null, mayRemove: false };
    const problem = attempt(db, () => {
      if (takeSpooled(db, id)) applyHook(db, record, options);
    });
    if (problem !== null) passOver(file, problem);
  }
  return bad;
}

/** What was taken in of the spool, and what could not be. */
interface TakenIn {
  readonly files: readonly string[];
  readonly bad: readonly string[];
  /** Whether nothing is left in it. */
  readonly isAll: boolean;
}

const NONE: TakenIn = { files: [], bad: [], isAll: true };

function takeInSpool(ctx: Needs, db: Connection, { calls, isAll }: Spool): TakenIn {
  const bad = applySpooled(ctx, db, calls);
  if (isAll) {
    forgetSpooled(
      db,
      calls.map(({ id }) => id),
    );
  }
  const files = calls.map(({ file }) => file).filter((file) => !bad.includes(file));
  return { files, bad, isAll: isAll && bad.length === 0 };
}

/** Stores the call and, with it, what the spool holds. */
async function storeRecord(
  ctx: Needs,
  store: Store,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  const folder = `${store.home}/spool`;
  // A folder has a size, a missing one has none, and an empty spool is removed.
  const spool = Bun.file(folder).size > 0 ? await import("../store/spool.ts") : null;
  const told = wantsContext(record, settings) ? await import("./hook-context.ts") : null;
  let taken = NONE;
  const stored = await store.write(({ db }): Stored => {
    if (spool !== null)
      taken = takeInSpool(ctx, db, spool.readSpooled(folder, ctx.now().getTime()));
    const applied = applyHook(db, record, {
      newId: ctx.newId(),
      ownMicros: ctx.elapsedMicros(),
      stale: settings.stale,
      mayRemove: taken.isAll,
    });
    if (!applied.isFirstStart || told === null || record.place === null) {
      return { ...applied, context: "" };
    }
    const parts = told.gatherContext(db, record.place, applied.sessionId ?? "");
    return { ...applied, context: contextText(parts) };
  });
  for (const file of taken.bad) spool?.setAside(folder, file);
  spool?.removeSpooled(folder, taken.files);
  if (taken.bad.length > 0) {
    const { countLost } = await import("../store/lost-events.ts");
    countLost(store.home, ctx.now(), taken.bad.length);
  }
  return stored;
}

/** Stores the call in the database or, where that can't take it in time, in the spool. */
export async function keepRecord(
  ctx: Needs,
  store: Store,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  try {
    return await storeRecord(ctx, store, record, settings);
  } catch (error) {
    if (!(error instanceof UserError && SPOOLED_AFTER.has(error.code))) throw error;
    const { spool } = await import("../store/spool.ts");
    if (!spool(`${store.home}/spool`, record.at, record.id, record)) {
      throw new UserError(
        "spool_full",
        `an event was dropped, the spool is full: ${error.message}`,
      );
    }
    ctx.warnings.push(`spooled: ${error.message}`);
    return NOT_STORED;
  }
}
