import type { AgentName } from "../../agents/agents.ts";
import { HISTORIES } from "../../agents/histories.ts";
import {
  deletedSessions,
  deletedTranscripts,
  type SeenTranscript,
  seenTranscripts,
} from "../../store/history/transcripts.ts";
import type { Store } from "../../store/store.ts";
import type { FoundSource } from "../find.ts";

/** The sources of an agent that have changed since they were read, and those that haven't. */
export interface Changed {
  readonly sources: readonly FoundSource[];
  readonly unchanged: number;
  /** The paths of all files that were read before, not for their usage alone. */
  readonly readBefore: readonly string[];
  readonly deleted: Deleted;
}

/** What has been deleted here. */
export interface Deleted {
  /** Files that were read and whose sessions have been deleted since. */
  readonly files: ReadonlySet<string>;
  /** When a session was deleted, by the agent's own id: 0 for one that never was. */
  readonly at: (externalId: string) => number;
}

export const NONE_DELETED: Deleted = { files: new Set(), at: () => 0 };

/** Whether a session of a source that was read has been deleted since. */
export function isDeleted({ files }: FoundSource, deleted: Deleted): boolean {
  return files.some(({ path }) => deleted.files.has(path));
}

/** Whether files are as they were when they were read, by these rules; null for any. */
export function isAsNoted(
  { files }: FoundSource,
  seen: ReadonlyMap<string, SeenTranscript>,
  versions: readonly number[] | null,
): boolean {
  return files.every(({ path, inode, size, modifiedMs }) => {
    const row = seen.get(path);
    if (row === undefined || row.size !== size) return false;
    if (row.inode !== inode || row.modified_ms !== modifiedMs) return false;
    return versions === null || versions.includes(row.version);
  });
}

/** The version under which a file is noted of which only the usage was read. */
export function usageVersion(version: number): number {
  return -version;
}

/** The versions under which a file is noted of which no more is wanted. */
export function enoughVersions(version: number, usageOnly: boolean): readonly number[] {
  return usageOnly ? [version, usageVersion(version)] : [version];
}

/**
 * Which sources have something new. What was deleted here stays deleted until its agent goes on with it.
 * @param usageOnly whether no more than the usage of calls is wanted
 */
export async function changedSources(
  store: Store,
  agent: AgentName,
  found: readonly FoundSource[],
  usageOnly = false,
): Promise<Changed> {
  const version = HISTORIES[agent]?.version ?? 0;
  const enough = enoughVersions(version, usageOnly);
  const { seen, others, deleted } = (await store.read(({ db }) => {
    const seen = seenTranscripts(db, agent);
    const others = found.filter((source) => !isAsNoted(source, seen, enough));
    const paths = others.flatMap(({ files }) => files.map(({ path }) => path));
    const files = deletedTranscripts(db, paths);
    return { seen, others, deleted: { files, at: deletedSessions(db, agent) } };
  })) ?? { seen: new Map<string, SeenTranscript>(), others: found, deleted: NONE_DELETED };
  const isLeft = (source: FoundSource) =>
    isDeleted(source, deleted) && isAsNoted(source, seen, null);
  const sources = others.filter((source) => !isLeft(source));
  const unchanged = found.length - sources.length;
  const whole = [...seen.values()].filter((row) => row.version >= 0);
  return { sources, unchanged, readBefore: whole.map(({ path }) => path), deleted };
}
