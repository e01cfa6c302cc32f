import { DIMENSIONS, type Grouping, groupsBy } from "./dimensions.ts";
import type { EventGroup } from "./groups.ts";
import type { HookTimes, StatsFilter } from "./sql.ts";
import type { ActivityStats } from "./tally.ts";

function rate(errors: number, calls: number): number | null {
  return calls === 0 ? null : Math.round((errors / calls) * 10_000) / 10_000;
}

function toJsonRow({ key, sessions, events, toolCalls, errors, activeSeconds }: EventGroup) {
  return {
    key,
    sessions,
    events,
    tool_calls: toolCalls,
    errors,
    error_rate: rate(errors, toolCalls),
    active_seconds: activeSeconds,
  };
}

function allGroups(stats: ActivityStats) {
  const all = DIMENSIONS.map((each) => [each, groupsBy(stats, each).map(toJsonRow)] as const);
  return Object.fromEntries([...all, ["week_hour", stats.weekHours.map(toJsonRow)]]);
}

/** The document of `stats`. Its groups are days by default. */
export function statsJson(
  stats: ActivityStats,
  { since, until }: StatsFilter,
  by: Grouping = "day",
) {
  const { sessions, events, activeSeconds, toolCalls, errors, types, tools, kinds } = stats;
  return {
    since: since ?? null,
    until: until ?? null,
    sessions,
    events,
    active_seconds: activeSeconds,
    tool_calls: toolCalls,
    errors,
    error_rate: rate(errors, toolCalls),
    events_by_type: types.map(({ key, events }) => ({ type: key, count: events })),
    tools: tools.map(({ key, events, errors }) => ({ tool: key, count: events, errors })),
    tool_kinds: kinds.map(({ key, events, errors }) => ({ kind: key, count: events, errors })),
    by,
    groups: by === "all" ? [] : groupsBy(stats, by).map(toJsonRow),
    ...(by === "all" ? { all_groups: allGroups(stats) } : {}),
  };
}

export function hookTimesJson(times: readonly HookTimes[]) {
  return {
    hooks: times.map(({ client, event, count, p50Ms, p95Ms, p99Ms, maxMs }) => ({
      client,
      event,
      count,
      p50_ms: p50Ms,
      p95_ms: p95Ms,
      p99_ms: p99Ms,
      max_ms: maxMs,
    })),
  };
}
