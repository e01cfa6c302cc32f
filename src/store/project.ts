import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findRepository } from "../files/git.ts";

/** Which sessions `--project` means; paths are absolute and without a slash at their end. */
export type ProjectFilter =
  /** Those of one repository, in whichever working tree: the path of its git folder. */
  | { readonly kind: "repository"; readonly path: string }
  /** Those that ran in a folder that belongs to no repository. */
  | { readonly kind: "folder"; readonly path: string }
  /** Those of any project that is shown by this name. */
  | { readonly kind: "name"; readonly name: string };

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}

/** What a project is called for people: the name of its repository's folder, else of the folder that it ran in. */
export function projectName(project: string | null, root: string | null): string | null {
  const path = project?.replace(/\/\.git$/u, "").replace(/\.git$/u, "") || root;
  return path === null || path === "" ? null : lastPart(path);
}

/**
 * What is meant by `--project`: `.` and whatever has a slash is a folder, whose project is looked up on the
 * disk; any other text is a project's name.
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
