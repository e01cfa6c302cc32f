import { isObject } from "../../text/text.ts";

/** Which sessions are pulled. */
export interface PullFilter {
  /** A pattern of projects such as `github.com/acme/*`, or null for all. */
  readonly project: string | null;
  /** Only sessions that started since then, or null for all. */
  readonly since: Date | null;
}

/** The filter of a pull as the replica notes it. */
export function filterText(filter: PullFilter): string {
  return JSON.stringify(filter);
}

/** Whether an earlier pull let through all that this one does. @param before as it was noted; empty for none */
export function isCovered({ project, since }: PullFilter, before: string): boolean {
  const noted: unknown = before === "" ? null : JSON.parse(before);
  if (!isObject(noted)) return false;
  const { project: oneProject, since: from } = noted;
  const isProject = oneProject === null || oneProject === project;
  return isProject && (from === null || (since !== null && String(from) <= since.toISOString()));
}
