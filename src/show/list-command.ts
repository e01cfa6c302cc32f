import { command } from "../cli/command.ts";
import { count, parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import { findProject } from "../projects/filter.ts";
import { toTimestamp } from "../text/time.ts";
import { listJson } from "./json.ts";
import { listSessions } from "./list.ts";
import { listText } from "./text.ts";

/** Loaded only where it is needed: what several commands share is a chunk of its own. */
async function agentIds(typed: string): Promise<readonly string[]> {
  const { agentIdsOf } = await import("../agents/ids.ts");
  return agentIdsOf(typed);
}

export default command({
  meta: { name: "list", description: "List sessions, newest first" },
  args: {
    agent: options.agent,
    active: { type: "boolean", description: "Only active sessions" },
    project: options.project,
    since: options.since("Only those started"),
    until: options.until("Only those started"),
    limit: {
      type: "string",
      alias: "l",
      default: "20",
      description: "At most this many sessions",
      valueHint: "N",
    },
    json: options.json,
  },
  example: "mm session list --active --since 7d",
  details: [
    "On a narrow terminal, ids are shortened to a prefix that other commands accept, and titles, projects and times are cut. In a pipe nothing is.",
  ],
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = {
      agents: args.agent === undefined ? undefined : await agentIds(args.agent),
      activeOnly: args.active,
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
      limit: count("--limit", args.limit),
    };
    const sessions = await listSessions(ctx, filter, ctx.terminal.stdoutIsTty());
    return {
      data: listJson(sessions),
      text: () => listText(sessions, ctx.now(), terminalColumns(ctx)),
    };
  },
});
