import { count, parsePeriod } from "../../cli/numbers.ts";
import type { Context } from "../../context.ts";
import { findProject } from "../../projects/filter.ts";
import { toTimestamp } from "../../text/time.ts";
import type { ListFilter } from "./sql.ts";

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
  const { agentIdsOf } = await import("../../agents/ids.ts");
  return agentIdsOf(typed);
}

/** What was typed to narrow a list. */
interface TypedListFilter {
  readonly agent: string | undefined;
  readonly active: boolean;
  readonly project: string | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly limit: string | undefined;
  readonly json: boolean;
}

/** @throws UserError `usage`, `invalid_time` */
export async function toListFilter(
  ctx: Pick<Context, "cwd" | "now" | "store" | "terminal">,
  { agent, active, project, limit, json, ...period }: TypedListFilter,
): Promise<ListFilter> {
  const { since, until } = parsePeriod(period, ctx.now());
  return {
    agents: agent === undefined ? undefined : await agentIds(agent),
    activeOnly: active,
    project: project === undefined ? undefined : await findProject(ctx, project),
    since: since && toTimestamp(since),
    until: until && toTimestamp(until),
    limit: limit === undefined ? defaultLimit(ctx, json) : count("--limit", limit),
    order: json ? "started" : "active",
  };
}
