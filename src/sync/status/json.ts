import { toTimestamp } from "../../text/time.ts";
import type { SyncStatus } from "./status.ts";

const at = (ms: number | null | undefined) => (ms ? toTimestamp(new Date(ms)) : null);

export function syncStatusJson({ settings, here, there, pulledMs }: SyncStatus) {
  const { progress } = here;
  return {
    url: settings.url,
    projects: settings.projects,
    auto: settings.auto,
    schema: there.version,
    keep_days: there.keepDays,
    source: there.sourceId,
    moved: here.isForeign,
    here: { sessions: here.sent, waiting: here.waiting },
    there: { sessions: there.sessions, events: there.events },
    pushed_at: at(progress?.pushedMs),
    pulled_at: at(pulledMs),
    problem: here.problem === null ? null : { message: here.problem.text, at: at(here.problem.ms) },
    clock_offset_ms: progress?.clockOffsetMs ?? null,
    quarantined: here.refusedCount,
    refused: here.refused.map(({ sessionId, seq, problem }) => ({
      session_id: sessionId,
      event: seq === 0 ? null : seq,
      problem,
    })),
    machines: there.sources.map((source) => ({
      machine: source.machine,
      source: source.sourceId,
      owner: source.owner,
      own: source.isOwn,
      this: source.sourceId === there.sourceId,
      pushed_at: at(source.pushedMs),
    })),
  };
}
