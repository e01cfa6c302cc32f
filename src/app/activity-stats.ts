import {
  countSessions,
  type Dimension,
  type EventGroup,
  groupEvents,
  type StatsFilter,
} from "../store/activity-stats.ts";
import type { Store, View } from "../store/store.ts";

/** What the agents did in a period. */
export interface ActivityStats {
  readonly sessions: number;
  readonly events: number;
  readonly activeSeconds: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly types: readonly EventGroup[];
  readonly tools: readonly EventGroup[];
  readonly days: readonly EventGroup[];
  /** By what was asked for. */
  readonly groups: readonly EventGroup[];
}

function sum(groups: readonly EventGroup[], what: (group: EventGroup) => number): number {
  return groups.reduce((total, group) => total + what(group), 0);
}

/** Worktrees and copies of a project have one name, under which they count together. */
function merged(groups: readonly EventGroup[]): EventGroup[] {
  const byKey = new Map<string | null, EventGroup>();
  for (const group of groups) {
    const before = byKey.get(group.key);
    byKey.set(
      group.key,
      before === undefined
        ? group
        : {
            key: group.key,
            sessions: before.sessions + group.sessions,
            events: before.events + group.events,
            toolCalls: before.toolCalls + group.toolCalls,
            errors: before.errors + group.errors,
            activeSeconds: before.activeSeconds + group.activeSeconds,
          },
    );
  }
  return [...byKey.values()].sort((a, b) => b.events - a.events);
}

function gather(view: View, filter: StatsFilter, by: Dimension): ActivityStats {
  const days = groupEvents(view, filter, "day", true);
  const tools = groupEvents(view, filter, "tool", by === "tool");
  const known: Partial<Record<Dimension, readonly EventGroup[]>> = { day: days, tool: tools };
  return {
    sessions: countSessions(view, filter),
    events: sum(days, ({ events }) => events),
    activeSeconds: sum(days, ({ activeSeconds }) => activeSeconds),
    toolCalls: sum(days, ({ toolCalls }) => toolCalls),
    errors: sum(days, ({ errors }) => errors),
    types: groupEvents(view, filter, "type", false),
    tools,
    days,
    groups: known[by] ?? merged(groupEvents(view, filter, by, true)),
  };
}

const NONE: ActivityStats = {
  sessions: 0,
  events: 0,
  activeSeconds: 0,
  toolCalls: 0,
  errors: 0,
  types: [],
  tools: [],
  days: [],
  groups: [],
};

export async function activityStats(
  store: Store,
  filter: StatsFilter,
  by: Dimension,
): Promise<ActivityStats> {
  const known = (view: View) => filter.project === undefined || view.hasOwnTables;
  const stats = await store.read((view) => (known(view) ? gather(view, filter, by) : NONE));
  return stats ?? NONE;
}
