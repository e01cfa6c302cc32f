import { command } from "../cli/command.ts";
import { count, parsePeriod } from "../cli/numbers.ts";
import { type Step, table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { findProject } from "../store/project.ts";
import { isActive, shortIds, titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { toTimestamp } from "../text/time.ts";
import { type ListedSession, listSessions } from "./list.ts";

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

const COLUMNS = ["ID", "Agent", "Started", "Status", "Events", "Project", "Title"] as const;

/** What gives way on a narrow terminal, in this order; an id is never cut, since people copy it. */
function stepsOf(sessions: readonly ListedSession[], ids: readonly string[], now: Date): Step[] {
  const column = (name: (typeof COLUMNS)[number]) => COLUMNS.indexOf(name);
  const ages = sessions.map(({ startedAtMs, startedLocal }) =>
    startedAtMs === null ? startedLocal : `${formatAge(now.getTime() - startedAtMs)} ago`,
  );
  return [
    { column: column("ID"), shorter: ids },
    { column: column("Title"), least: 20 },
    { column: column("Project"), least: 12 },
    { column: column("Agent"), least: 12 },
    { column: column("Started"), shorter: ages },
    { column: column("Title"), least: 10 },
    { column: column("Project"), least: 7 },
    { column: column("Events"), least: 0 },
    { column: column("Project"), least: 0 },
    { column: column("Agent"), least: 0 },
  ];
}

interface Listed {
  readonly sessions: readonly ListedSession[];
  /** Of each session, where they are shown on a terminal. */
  readonly shortIds: readonly string[];
}

function toTable(ctx: Context, { sessions, shortIds }: Listed): string {
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
  const columns = terminalColumns(ctx);
  const steps = stepsOf(sessions, shortIds, ctx.now());
  return `${table(COLUMNS, rows, { columns, steps })}\n${sessions.length} session(s)\n`;
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
  details: [
    "On a terminal that is too narrow, ids are shortened to what other commands take, and titles, projects and times give way; in a pipe nothing does.",
  ],
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
    const listed = (await store.read((view): Listed => {
      const sessions = listSessions(view, filter);
      const ids = sessions.map(({ id }) => id);
      return { sessions, shortIds: ctx.terminal.stdoutIsTty() ? shortIds(view.db, ids) : ids };
    })) ?? { sessions: [], shortIds: [] };
    const { sessions } = listed;
    return {
      data: { sessions: sessions.map(toJsonRow), count: sessions.length },
      text: () => toTable(ctx, listed),
    };
  },
});
