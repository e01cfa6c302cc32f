import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findPlace } from "../files/git.ts";
import type { ProjectFilter } from "./domain-project.ts";

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
  const { project, root } = await findPlace(folder);
  return project === null
    ? { kind: "folder", path: root === "/" ? root : (root ?? "").replace(/\/+$/u, "") }
    : { kind: "repository", path: project };
}
