import { machineJson } from "../machines/json.ts";
import { titleOf } from "../store/rows.ts";
import { toJson } from "../text/text.ts";
import { toTimestamp } from "../text/time.ts";
import { usageJson } from "../usage/json.ts";
import type { ListedEvents } from "./events.ts";
import { type ListedSession, statusOf } from "./list/list.ts";
import type { OverTime, ShownSession } from "./show.ts";
import type { TimelineEvent } from "./sql.ts";

function toJsonRow(session: ListedSession) {
  return {
    id: session.id,
    agent_id: session.agentId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    status: statusOf(session.state),
    state: session.state,
    title: titleOf(session),
    summary: session.summary,
    namespace: session.namespace,
    event_count: session.eventCount,
    project: session.project?.name ?? null,
    cwd: session.cwd,
    branch: session.branch,
    last_event_at: timestampOf(session.activeAtMs),
    resume_command: session.resumeCommand,
    usage: session.usage === null ? null : usageJson(session.usage),
    ...machineJson(session.machine),
  };
}

export function listJson(sessions: readonly ListedSession[]) {
  return { sessions: sessions.map(toJsonRow), count: sessions.length };
}

export function eventsJson({ sessionId, events, before, after, more }: ListedEvents) {
  return {
    session_id: sessionId,
    events: events.map(({ id, createdAt, type, content, metadata }) => ({
      id,
      created_at: createdAt,
      event_type: type,
      content,
      metadata,
    })),
    count: events.length,
    before,
    after,
    more,
  };
}

function timestampOf(ms: number | null): string | null {
  return ms === null ? null : toTimestamp(new Date(ms));
}

function machinesOfJson({ machine, alsoOn, continuedOn }: NonNullable<ShownSession["machines"]>) {
  return {
    ...machineJson(machine),
    also_on: alsoOn.map(machineJson),
    continued_on: continuedOn.map(({ id, machine: on }) => ({ id, ...machineJson(on) })),
  };
}

/** The document of `session show`, without its events. */
function showJson({ session, details, ...shown }: ShownSession) {
  return {
    id: session.id,
    agent_id: session.agentId,
    status: statusOf(shown.state),
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
    client: details.agent,
    client_version: details.agentVersion,
    model: details.model,
    external_id: details.externalId,
    parent_id: details.parentId,
    forks: shown.forks,
    project: shown.project,
    repository: details.project,
    root: details.root,
    cwd: details.cwd,
    remote: details.remote,
    branch: details.branch,
    transcript: details.transcript,
    resume_command: shown.resumeCommand,
    usage: shown.usage === null ? null : usageJson(shown.usage),
    metadata: session.metadata,
    event_count: shown.eventCount,
    event_counts: Object.fromEntries(shown.counts.map(({ type, count }) => [type, count])),
    files: shown.digest.files,
    ...(shown.machines === null ? {} : machinesOfJson(shown.machines)),
  };
}

function timelineEventJson(event: TimelineEvent, { details }: ShownSession) {
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

/** The whole document of `session show`, piece by piece, so that any number of events fits into memory. */
export function* showDocument(
  shown: ShownSession,
  events: Iterable<TimelineEvent>,
): Generator<string> {
  yield `${toJson(showJson(shown)).slice(0, -1)},"events":[`;
  let between = "";
  for (const event of events) {
    yield between + toJson(timelineEventJson(event, shown));
    between = ",";
  }
  yield "]}\n";
}

/** The document of `session show` with when what happened in place of the events. */
export function outlineDocument(shown: ShownSession, { from, until, types }: OverTime) {
  const outline = { from: timestampOf(from), until: timestampOf(until), types };
  return { ...showJson(shown), events: [], outline };
}
