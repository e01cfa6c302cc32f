import { projectName } from "../store/project.ts";
import { titleOf } from "../store/rows.ts";
import { toTimestamp } from "../text/time.ts";
import type { TimelineEvent } from "./details.ts";
import type { ShownSession } from "./show.ts";

function timestampOf(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(new Date(ms));
}

/** The document of `session show --json` but for its events. */
export function shownSessionJson({ session, details, ...shown }: ShownSession) {
  return {
    id: session.id,
    agent_id: session.agentId,
    status: session.endedAt === null ? "active" : "ended",
    state: shown.state,
    title: titleOf(session),
    summary: session.summary,
    namespace: session.namespace,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    last_event_at: timestampOf(details.lastAt),
    end_reason: details.endReason,
    ended_by: details.endedBy,
    duration_seconds: shown.spanMs === null ? null : Math.floor(shown.spanMs / 1000),
    active_seconds: Math.floor(shown.activeMs / 1000),
    client: details.client,
    client_version: details.clientVersion,
    model: details.model,
    external_id: details.externalId,
    parent_id: details.parentId,
    project: projectName(details.project, details.root),
    repository: details.project,
    root: details.root,
    cwd: details.cwd,
    remote: details.remote,
    branch: details.branch,
    transcript: details.transcript,
    resume_command: shown.resumeCommand,
    metadata: session.metadata,
    event_count: shown.eventCount,
    event_counts: Object.fromEntries(shown.counts.map(({ type, count }) => [type, count])),
    files: shown.files,
  };
}

export function timelineEventJson(event: TimelineEvent, { details }: ShownSession) {
  const { at, createdAt, type, content, metadata } = event;
  const elapsed = at === null || details.startedAt === null ? null : at - details.startedAt;
  return {
    created_at: createdAt,
    elapsed_ms: elapsed,
    event_type: type,
    content,
    metadata,
  };
}
