import type { EventGroup } from "./groups.ts";
import type { ActivityStats } from "./tally.ts";

/** What events are grouped by. */
export const DIMENSIONS = ["day", "week", "hour", "agent", "model", "project", "tool"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const GROUPS = {
  day: "days",
  week: "weeks",
  hour: "hours",
  agent: "agents",
  model: "models",
  project: "projects",
  tool: "tools",
} as const;

/** A dimension, or every one at once. */
export type Grouping = Dimension | "all";

export function groupsBy(stats: ActivityStats, by: Dimension): readonly EventGroup[] {
  return stats[GROUPS[by]];
}
