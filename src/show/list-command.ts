import { command } from "../cli/command.ts";
import { count, parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { findProject } from "../projects/filter.ts";
import { toTimestamp } from "../text/time.ts";
import { listJson } from "./json.ts";
import { listSessions } from "./list.ts";
import { listText } from "./list-text.ts";

const LIMIT = 20;
/** The command, the header, the foot with a line above it, and the next prompt. */
const FRAME_ROWS = 5;
const MIN_LIMIT = 5;

function defaultLimit({ terminal }: Pick<Context, "terminal">, isJson: boolean): number {
  if (isJson || !terminal.stdoutIsTty()) return LIMIT;
  return Math.max(MIN_LIMIT, terminal.rows() - FRAME_ROWS);
}

/** Loaded only where it is needed: what several commands share is a chunk of its own. */
async function agentIds(typed: string): Promise<readonly string[]> {
  const { agentIdsOf } = await import("../agents/ids.ts");
  return agentIdsOf(typed);
}

export default command({
  meta: { name: "list", description: "List sessions, those that were active last first" },
  args: {
    agent: options.agent,
    active: { type: "boolean", description: "Only active sessions" },
    project: options.project,
    since: options.since("Only those started"),
    until: options.until("Only those started"),
    limit: {
      type: "string",
      alias: "l",
      description: "At most this many sessions; 20 by default, on a terminal what fits",
      valueHint: "N",
    },
    json: options.json,
  },
  example: "mm session list --active --since 7d",
  details: [
    "On a terminal, ids are shortened to a prefix that other commands accept, and titles and projects are cut. In a pipe nothing is. With --json, the sessions that started last come first.",
  ],
  async run(ctx, args) {
    const { since, until } = parsePeriod(args, ctx.now());
    const filter = {
      agents: args.agent === undefined ? undefined : await agentIds(args.agent),
      activeOnly: args.active,
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
      limit: args.limit === undefined ? defaultLimit(ctx, args.json) : count("--limit", args.limit),
      order: args.json ? ("started" as const) : ("active" as const),
    };
    const listing = await listSessions(ctx, filter, {
      shortIds: ctx.terminal.stdoutIsTty(),
      resumeCommands: args.json,
    });
    const page = { now: ctx.now(), style: styleFor(ctx), columns: terminalColumns(ctx), filter };
    return {
      data: listJson(listing.sessions),
      text: () => listText(listing, page),
      isPaged: true,
    };
  },
});
