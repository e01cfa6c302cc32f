import type { Context } from "../context.ts";
import { contextText } from "../domain/context-text.ts";
import { UserError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import type { Connection } from "../store/connection.ts";
import { attempt, takeSpooled } from "../store/hook-sessions.ts";
import type { Spooled } from "../store/spool.ts";
import type { Store } from "../store/store.ts";
import { type Applied, applyHook, type HookRecord } from "./apply-hook.ts";

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

const NOT_STORED: Stored = { sessionId: null, created: false, context: "" };

/** Only a session that starts anew is told of others: a resumed or compacted one has been told. */
function wantsContext(record: HookRecord, settings: Settings): boolean {
  if (!settings.context || record.kind !== "session-start") return false;
  return record.source === "startup" || record.source === "clear" || record.source === null;
}

/** Applies what the spool holds, each call once however often it is found; a bad one is no obstacle to the rest. */
function applySpooled(ctx: Needs, db: Connection, spooled: readonly Spooled[]): void {
  const records: HookRecord[] = [];
  for (const { file, value } of spooled) {
    const record = asRecord(value);
    if (record === null) ctx.warnings.push(`passed over a spooled file: ${file}`);
    else records.push(record);
  }
  for (const record of records.sort((a, b) => a.at - b.at)) {
    if (!takeSpooled(db, record.id)) continue;
    const options = { newId: ctx.newId(), ownMicros: null, stale: null };
    const problem = attempt(db, () => void applyHook(db, record, options));
    if (problem !== null) ctx.warnings.push(`passed over a spooled event: ${problem}`);
  }
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
  const spooled = spool?.readSpooled(folder, ctx.now().getTime()) ?? [];
  const stored = await store.write(({ db }): Stored => {
    applySpooled(ctx, db, spooled);
    const options = { newId: ctx.newId(), ownMicros: ctx.elapsedMicros(), stale: settings.stale };
    const applied = applyHook(db, record, options);
    if (!applied.created || told === null || record.place === null) {
      return { ...applied, context: "" };
    }
    const parts = told.gatherContext(db, record.place, applied.sessionId ?? "");
    return { ...applied, context: contextText(parts) };
  });
  spool?.removeSpooled(
    folder,
    spooled.map(({ file }) => file),
  );
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
