import type { Context } from "../context.ts";
import { contextText } from "../domain/context-text.ts";
import { UserError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { attempt, takeSpooled } from "../store/hook-sessions.ts";
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

/** Stores the call and, with it, what the spool holds; each spooled call counts once however often this is tried. */
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
    const late = spooled.map(({ value }) => asRecord(value)).filter((value) => value !== null);
    for (const one of late.sort((a, b) => a.at - b.at)) {
      const options = { newId: ctx.newId(), ownMicros: null, stale: null };
      if (!takeSpooled(db, one.id)) continue;
      const problem = attempt(db, () => applyHook(db, one, options));
      if (problem !== null) ctx.warnings.push(`passed over a spooled event: ${problem}`);
    }
    const options = { newId: ctx.newId(), ownMicros: ctx.elapsedMicros(), stale: settings.stale };
    const applied = applyHook(db, record, options);
    if (!applied.created || told === null || record.place === null)
      return { ...applied, context: "" };
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
