import { type GcResult, isUnder } from "./gc.ts";
import type { Limits } from "./limits.ts";
import type { Deletion } from "./plan.ts";

export function gcJson(result: GcResult, limits: Limits, dryRun: boolean) {
  const { ids, events, finishedEvents, before, after, kept } = result;
  return {
    dry_run: dryRun,
    sessions: ids.length,
    events,
    ids,
    finished_events: finishedEvents,
    used_before: before.used,
    used_after: after.used,
    file_before: before.file,
    file_after: after.file,
    shrinks: after.shrinks,
    under_max_size: isUnder(result, limits),
    kept: { referred_to: kept.referredTo, not_made_by_mm: kept.notMadeByMm },
  };
}

function toJsonRow({ session, events, madeByMm, others }: Deletion) {
  return {
    id: session.id,
    agent_id: session.agentId,
    events,
    made_by_mm: madeByMm,
    other_rows: others.map(({ table, rows, effect }) => ({ table, rows, effect })),
  };
}

/** The document of `session delete`: what was or would be deleted. */
export function deleteJson(deletions: readonly Deletion[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    deleted: deletions.map(toJsonRow),
    count: deletions.length,
    events: deletions.reduce((sum, { events }) => sum + events, 0),
  };
}
