import type { TranscriptRow } from "../../store/tables.ts";
import type { TranscriptFiles } from "../files.ts";
import type { SessionTake, Taking } from "../session/take.ts";
import { readerText, stateText, tailOf } from "./resume.ts";

/** How a source was read. */
interface Reading {
  /** What was noted of it before, by its reader. */
  readonly mark: number;
  /** Whether it was read from where the last pass had ended. */
  readonly isResumed: boolean;
}

/**
 * How the files of a source were before they were read, to be noted: what has come since is read the next time.
 * @param last the last session that it told of
 * @returns makes the rows when that session is stored
 */
export function notesOf(
  { source, version, noted }: Taking,
  files: TranscriptFiles,
  last: SessionTake | null,
  { mark, isResumed }: Reading,
): () => TranscriptRow[] {
  const isShared = files.marked > 0;
  const before = isResumed ? noted.get(source.files[0]?.path ?? "") : undefined;
  const passedOver = files.passedOver + (before?.passed_over ?? 0);
  const reader = isShared || files.remembered === null ? null : readerText(files.remembered);
  const ends = source.files.map(({ path }) => {
    const taken = reader === null ? 0 : files.nextIn(path);
    return { taken, tail: reader === null ? null : tailOf(path, taken) };
  });
  const common = {
    client: source.agent,
    source: source.key,
    version,
    mark: Math.max(mark, files.marked),
  };
  return () => {
    const stored = isShared || last === null || last.id === null ? null : last;
    const kept = stored?.kept ?? null;
    const state = reader === null || kept === null ? null : stateText(reader, kept);
    const told = {
      ...common,
      session_id: stored?.id ?? null,
      // Only the beginning may tell it.
      parent: isShared ? null : (stored?.session.parent ?? before?.parent ?? null),
    };
    return source.files.map(({ path, inode, size, modifiedMs }, nth) => ({
      ...told,
      path,
      inode,
      size,
      modified_ms: modifiedMs,
      ...(state === null ? NOT_TAKEN : (ends[nth] ?? NOT_TAKEN)),
      state: nth === 0 ? state : null,
      passed_over: nth === 0 ? passedOver : 0,
    }));
  };
}

const NOT_TAKEN = { taken: 0, tail: null };
