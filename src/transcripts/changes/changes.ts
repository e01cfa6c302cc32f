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
  /** The paths of all files that were read before. */
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

function isAsNoted(
  { files }: FoundSource,
  seen: ReadonlyMap<string, SeenTranscript>,
  version: number | null,
): boolean {
  return files.every(({ path, inode, size, modifiedMs }) => {
    const row = seen.get(path);
    if (row === undefined || row.size !== size) return false;
    if (row.inode !== inode || row.modified_ms !== modifiedMs) return false;
    return version === null || row.version === version;
  });
}

/** Which sources have something new. What was deleted here stays deleted until its agent goes on with it. */
export async function changedSources(
  store: Store,
  agent: AgentName,
  found: readonly FoundSource[],
): Promise<Changed> {
  const version = HISTORIES[agent]?.version ?? 0;
  const { seen, others, deleted } = (await store.read(({ db }) => {
    const seen = seenTranscripts(db, agent);
    const others = found.filter((source) => !isAsNoted(source, seen, version));
    const paths = others.flatMap(({ files }) => files.map(({ path }) => path));
    const files = deletedTranscripts(db, paths);
    return { seen, others, deleted: { files, at: deletedSessions(db, agent) } };
  })) ?? { seen: new Map<string, SeenTranscript>(), others: found, deleted: NONE_DELETED };
  const isLeft = (source: FoundSource) =>
    isDeleted(source, deleted) && isAsNoted(source, seen, null);
  const sources = others.filter((source) => !isLeft(source));
  const unchanged = found.length - sources.length;
  return { sources, unchanged, readBefore: [...seen.keys()], deleted };
}
