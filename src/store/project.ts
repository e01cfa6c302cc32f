import type { ProjectFilter } from "./domain-project.ts";

/** A condition on `mm_sessions`, there called `m`, that uses the parameter $project. */
export interface ProjectCondition {
  readonly sql: string;
  readonly value: string;
}

/** The rows that a filter means; a session that only memtomem knows has no project and is in none. */
export function projectCondition(filter: ProjectFilter): ProjectCondition {
  switch (filter.kind) {
    case "repository":
      return { sql: "m.project = $project", value: filter.path };
    case "folder":
      return { sql: "(m.project IS NULL AND m.root = $project)", value: filter.path };
    case "name": {
      const ends = (column: string, suffix: string) =>
        `substr(${column}, -length($project || '${suffix}')) = $project || '${suffix}'`;
      return {
        sql: `(${ends("m.project", "/.git")} OR ${ends("m.project", ".git")} OR ${ends("m.project", "")}
          OR (m.project IS NULL AND ${ends("m.root", "")}))`,
        value: `/${filter.name}`,
      };
    }
  }
}
