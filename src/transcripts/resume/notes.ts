import type { TranscriptRow } from "../../store/tables.ts";
import type { TranscriptFiles } from "../files.ts";
import type { SessionTake, Taking } from "../session/take.ts";
import { stateText, tailOf } from "./resume.ts";

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
 */
export function notesOf(
  { source, version, noted }: Taking,
  files: TranscriptFiles,
  last: SessionTake | null,
  { mark, isResumed }: Reading,
): TranscriptRow[] {
  const isShared = files.marked > 0;
  const before = isResumed ? noted.get(source.files[0]?.path ?? "") : undefined;
  const passedOver = files.passedOver + (before?.passed_over ?? 0);
  const state = isShared ? null : stateOf(files, last);
  const common = {
    client: source.agent,
    source: source.key,
    session_id: isShared ? null : (last?.id ?? null),
    // Which only the beginning may tell.
    parent: isShared ? null : (last?.session.parent ?? before?.parent ?? null),
    version,
    mark: Math.max(mark, files.marked),
  };
  return source.files.map(({ path, inode, size, modifiedMs }, nth) => {
    const taken = state === null ? 0 : files.nextIn(path);
    return {
      ...common,
      path,
      inode,
      size,
      modified_ms: modifiedMs,
      taken,
      tail: state === null ? null : tailOf(path, taken),
      state: nth === 0 ? state : null,
      passed_over: nth === 0 ? passedOver : 0,
    };
  });
}

function stateOf({ remembered }: TranscriptFiles, last: SessionTake | null): string | null {
  const session = last?.kept ?? null;
  return remembered === null || session === null ? null : stateText(remembered, session);
}
