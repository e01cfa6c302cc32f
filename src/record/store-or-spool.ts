import { HOOKS } from "../agents/hooks.ts";
import type { Context } from "../context.ts";
import { LostEvent } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";
import type { Store } from "../store/store.ts";
import { type Applied, applyHook } from "./apply/apply.ts";
import type { Drained } from "./drain.ts";
import { endKilled } from "./killed.ts";
import type { HookRecord } from "./record.ts";

type Needs = Pick<
  Context,
  "env" | "now" | "newId" | "elapsedMicros" | "lossPlaces" | "warnings" | "agentProcesses"
>;

/** What a stored call gives back to its agent and to the rest of its session. */
interface Stored extends Applied {
  /** What the session that starts is told, or nothing. */
  readonly context: string;
}

const NOT_STORED: Stored = { sessionId: null, isFirstStart: false, context: "" };

/** Only a new session gets a briefing: a resumed or compacted one already has it. */
function wantsContext(record: HookRecord, settings: Settings): boolean {
  if (!settings.context || record.kind !== "session-start") return false;
  return record.source === "startup" || record.source === "clear" || record.source === null;
}

/** Whether the hooks of an agent are installed so that a session without events had no prompt. */
function tellsPrompts(agent: string | null, { prompts }: Settings): boolean {
  if (agent === null || !prompts.includes(agent)) return false;
  return HOOKS[agent as keyof typeof HOOKS]?.unusedWithout === "prompt";
}

/** Stores the call and, with it, what the spool holds. */
async function storeRecord(
  ctx: Needs,
  store: Store,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  // A folder has a size, a missing one has none, and an empty spool is removed.
  const isSpooled = Bun.file(`${store.home}/spool`).size > 0;
  const spool = isSpooled ? await import("./drain.ts") : null;
  const told = wantsContext(record, settings) ? await import("./briefing.ts") : null;
  let drained: Drained | undefined;
  const stored = await store.write(async ({ db }): Promise<Stored> => {
    drained = spool?.drainSpool(ctx, db, store.home);
    const options = {
      newId: ctx.newId(),
      now: ctx.now().getTime(),
      ownMicros: ctx.elapsedMicros(),
      stale: settings.stale,
      mayRemove: drained?.isAll ?? true,
      history: null,
    };
    let applied = applyHook(db, record, options);
    if (applied === null) {
      // Under the lock it takes 0.3 ms, once a session at most. To know it before would cost each call a query.
      const [retold, subagents] = await Promise.all([
        import("../store/history/retold.ts"),
        import("./known/subagents.ts"),
      ]);
      const history = { ...retold, ...subagents };
      applied = applyHook(db, record, { ...options, history }) as Applied;
    }
    const isEmptied = drained?.isAll ?? true;
    const tells = (agent: string | null) => isEmptied && tellsPrompts(agent, settings);
    if (record.kind === "session-start") await endKilled(ctx, db, record.process, tells);
    if (!applied.isFirstStart || told === null || record.place === null) {
      return { ...applied, context: "" };
    }
    const others = { but: applied.sessionId ?? "", staleMs: settings.stale.ms };
    const parts = await told.gatherContext(ctx, db, record.place, others);
    return { ...applied, context: told.contextText(parts) };
  });
  if (drained !== undefined) spool?.clearSpool(ctx, store.home, drained);
  return stored;
}

/** Keeps in the spool what the database can't take. @throws LostEvent */
async function spoolRecord(home: string, record: HookRecord, problem: string): Promise<void> {
  const { spool } = await import("../files/spool.ts");
  let isKept = false;
  try {
    isKept = spool(`${home}/spool`, record.at, record.id, record);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LostEvent("unwritable", `an event was lost: ${problem}; ${why}`);
  }
  if (!isKept) {
    throw new LostEvent("spool_full", `an event was dropped, the spool is full: ${problem}`);
  }
}

/**
 * Stores the call in the database or, where that can't take it in time, in the spool.
 * @param open the store of this home
 * @throws LostEvent
 */
export async function storeOrSpool(
  ctx: Needs,
  home: string,
  open: () => Promise<Store>,
  record: HookRecord,
  settings: Settings,
): Promise<Stored> {
  try {
    return await storeRecord(ctx, await open(), record, settings);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    await spoolRecord(home, record, problem);
    ctx.warnings.push(`spooled: ${problem}`);
    return NOT_STORED;
  }
}
