import { findProject } from "../../app/find-project.ts";
import { command } from "../../cli/command.ts";
import { count } from "../../cli/numbers.ts";
import { table } from "../../cli/table.ts";
import { parsePeriod } from "../../domain/period.ts";
import { isActive, titleOf } from "../../domain/session.ts";
import { toTimestamp } from "../../domain/time.ts";
import { type ListedSession, listSessions } from "../../store/session-list.ts";

function statusOf(session: ListedSession): string {
  return isActive(session) ? "active" : "ended";
}

function toJsonRow(session: ListedSession) {
  return {
    id: session.id,
    agent_id: session.agentId,
    started_at: session.startedAt,
    ended_at: session.endedAt,
    status: statusOf(session),
    title: titleOf(session),
    summary: session.summary,
    namespace: session.namespace,
    event_count: session.eventCount,
    project: session.project,
  };
}

function toTable(sessions: readonly ListedSession[]): string {
  if (sessions.length === 0) return "No sessions found.\n";
  const rows = sessions.map((session) => [
    session.id,
    session.agentId,
    session.startedLocal,
    statusOf(session),
    String(session.eventCount),
    session.project ?? "",
    titleOf(session) ?? "",
  ]);
  const header = ["ID", "Agent", "Started", "Status", "Events", "Project", "Title"];
  return `${table(header, rows)}\n${sessions.length} session(s)\n`;
}

export default command({
  meta: { name: "list", description: "List sessions, newest first" },
  args: {
    "agent-id": {
      type: "string",
      alias: "a",
      completes: "agent",
      description: "Only this agent's",
      valueHint: "ID",
    },
    active: { type: "boolean", description: "Only those that are active" },
    project: {
      type: "string",
      completes: "directory",
      description: "Only this project's: its name, or a folder in it (`.` is the current one)",
      valueHint: "PROJECT",
    },
    since: {
      type: "string",
      completes: ["1h", "24h", "7d"],
      description: "Only those started at or after a date, a date-time or a duration ago",
      valueHint: "WHEN",
    },
    until: { type: "string", description: "Only those started before", valueHint: "WHEN" },
    limit: {
      type: "string",
      alias: "l",
      default: "20",
      description: "At most so many",
      valueHint: "N",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session list --active --since 7d",
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = {
      agentId: args["agent-id"],
      activeOnly: args.active === true,
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
      limit: count("--limit", args.limit),
    };
    const store = await ctx.store();
    const sessions = (await store.read((view) => listSessions(view, filter))) ?? [];
    return {
      data: { sessions: sessions.map(toJsonRow), count: sessions.length },
      text: () => toTable(sessions),
    };
  },
});
