import { agentIdsOf } from "../agents/ids.ts";
import type { Context } from "../context.ts";
import { findProject } from "../projects/filter.ts";
import { toTimestamp } from "../text/time.ts";
import type { StatsFilter } from "./sql.ts";

/** What was typed to narrow the figures. */
interface TypedStatsFilter {
  readonly agent: string | undefined;
  readonly project: string | undefined;
}

/** The period as timestamps. */
export type StatsPeriod = Pick<StatsFilter, "since" | "until">;

export function toStatsPeriod({
  since,
  until,
}: {
  readonly since: Date | undefined;
  readonly until: Date | undefined;
}): StatsPeriod {
  return { since: since && toTimestamp(since), until: until && toTimestamp(until) };
}

/** What to count of a store: which folders a project has differs. @throws UserError `usage` */
export async function toStatsFilter(
  ctx: Pick<Context, "cwd" | "store">,
  { agent, project }: TypedStatsFilter,
  period: StatsPeriod,
): Promise<StatsFilter> {
  return {
    agents: agent === undefined ? undefined : agentIdsOf(agent),
    project: project === undefined ? undefined : await findProject(ctx, project),
    ...period,
  };
}
