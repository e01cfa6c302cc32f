import { machineJson } from "../machines/json.ts";
import { titleOf } from "../store/rows.ts";
import { toTimestamp } from "../text/time.ts";
import type { LiveSession } from "./live.ts";

/** Up to when it is known what another machine does. */
function pushedJson(machine: LiveSession["machine"]) {
  if (machine === null) return {};
  const { pushedMs } = machine;
  return { pushed_at: pushedMs === null ? null : toTimestamp(new Date(pushedMs)) };
}

function toJsonRow(session: LiveSession) {
  const { lastAt, ageMs } = session;
  return {
    id: session.id,
    agent_id: session.agentId,
    state: session.state,
    last_event: session.lastType,
    last_event_content: session.lastContent,
    last_event_at: lastAt === null ? null : toTimestamp(new Date(lastAt)),
    age_seconds: ageMs === null ? null : Math.floor(ageMs / 1000),
    started_at: session.startedAt,
    project: session.projectName?.name ?? null,
    branch: session.branch,
    cwd: session.cwd,
    client: session.agent,
    model: session.model,
    title: titleOf(session),
    others_in_tree: session.others,
    ...machineJson(session.machine),
    ...pushedJson(session.machine),
  };
}

export function liveJson(sessions: readonly LiveSession[]) {
  return { sessions: sessions.map(toJsonRow), count: sessions.length };
}
