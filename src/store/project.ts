import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository } from "../files/git.ts";

/** Which sessions `--project` selects. Paths are absolute, without a trailing slash. */
export type ProjectFilter =
  /** The sessions of one repository, in any working tree. `path` is its git folder. */
  | { readonly kind: "repository"; readonly path: string }
  /** The sessions that ran in a folder outside any repository. */
  | { readonly kind: "folder"; readonly path: string }
  /** The sessions of every project with this name. */
  | { readonly kind: "name"; readonly name: string };

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** A project's name for people: its repository's folder, else the folder that the session ran in. */
export function projectName(project: string | null, root: string | null): string | null {
  const path = project?.replace(/\/\.git$/u, "").replace(/\.git$/u, "") || root;
  return path === null || path === "" ? null : lastPart(path);
}

/**
 * Parses `--project`. `.` and any text with a slash is a folder, whose project is looked up on disk. Any other
 * text is a project's name.
 * @throws UserError `usage` for an empty text
 */
export async function findProject(ctx: Pick<Context, "cwd">, text: string): Promise<ProjectFilter> {
  if (text === "") throw new UserError("usage", "the project is empty", "`.` is the current one");
  const isFolder = text === "." || text === ".." || text.includes("/");
  if (!isFolder) return { kind: "name", name: text };
  const folder = text.startsWith("/") ? text : `${ctx.cwd()}/${text}`;
  const { project, root } = await findRepository(folder);
  return project === null
    ? { kind: "folder", path: root === "/" ? root : (root ?? "").replace(/\/+$/u, "") }
    : { kind: "repository", path: project };
}

/** An SQL condition on `mm_sessions` as `m`, with the parameter $project. */
export interface ProjectCondition {
  readonly sql: string;
  readonly value: string;
}

/** The condition for a filter. A session that only memtomem knows has no project, so no filter matches it. */
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
