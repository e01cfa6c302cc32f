import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { Connection } from "../../store/connection.ts";
import type { Store } from "../../store/store.ts";
import { change, eraseDeletedText, setChecked } from "./contents.ts";
import {
  explainIndexFault,
  hasIndexFile,
  type IndexLocation,
  indexForm,
  indexKind,
  indexPath,
  isBusy,
  isDamaged,
  isRemoved,
  isUnwritable,
  openIndex,
  removeIndex,
  type Source,
  sourceOf,
} from "./file.ts";
import { highestEventId } from "./plan.ts";
import { type IndexProgress, SILENT, updateSearchIndex } from "./update.ts";

/** About as many events as can be indexed in a second, for a single search when no file can be created. */
const MAX_IN_MEMORY = 50_000;
const MAX_TRIES = 4;

type Work<T> = (db: Connection) => T | Promise<T>;

/** Opens an index, runs `work` and closes it. */
async function using<T>(source: Source, location: IndexLocation, work: Work<T>): Promise<T> {
  const db = openIndex(source, location);
  try {
    return await work(db);
  } finally {
    db.close(true);
  }
}

/** Runs `work` on the index file after updating it, or rebuilding it if it is damaged or foreign. */
async function onFile<T>(
  ctx: Pick<Context, "now">,
  source: Source,
  progress: IndexProgress,
  work: Work<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      const result = await using(source, "file", async (db) => {
        const state = await updateSearchIndex(ctx, db, source.waitMs, progress);
        return state === "done" ? { value: await work(db) } : null;
      });
      if (result !== null) return result.value;
      if (tries === MAX_TRIES)
        throw new Error(`other processes keep rebuilding ${indexPath(source.path)}`);
    } catch (error) {
      if (tries === MAX_TRIES || !(isDamaged(error) || isRemoved(error))) throw error;
      if (isRemoved(error)) continue;
    }
    removeIndex(source.path);
  }
}

/** Runs `work` on an index that can be read but not updated. Returns null if there is no index. */
async function onOldFile<T>(source: Source, work: Work<T>): Promise<{ value: T } | null> {
  try {
    return await using(source, "read-only file", async (db) =>
      indexForm(db, indexKind(db)) === "own" ? { value: await work(db) } : null,
    );
  } catch (error) {
    if (isUnwritable(error) || isDamaged(error)) return null;
    throw error;
  }
}

/** Runs `work` on a temporary index in memory. */
async function inMemory<T>(
  ctx: Pick<Context, "now">,
  source: Source,
  progress: IndexProgress,
  work: Work<T>,
): Promise<T> {
  return await using(source, "memory", async (db) => {
    const events = highestEventId(db);
    if (events > MAX_IN_MEMORY) {
      throw new UserError(
        "database_unwritable",
        `can't make the search index ${indexPath(source.path)}: its folder is read-only or belongs to someone else`,
        `make it writable; ${events} events are too many to index for one search`,
      );
    }
    await updateSearchIndex(ctx, db, source.waitMs, progress);
    return await work(db);
  });
}

/**
 * Indexes what is new, then runs `work` on the store's search index.
 * @returns undefined if nothing has been stored
 * @throws UserError `search_unavailable`, or why there is no index and none can be made
 */
export async function onSearchIndex<T>(
  ctx: Pick<Context, "now" | "warnings">,
  store: Store,
  progress: IndexProgress,
  work: Work<T>,
): Promise<T | undefined> {
  const source = await store.read((view) => sourceOf(view, store.databasePath));
  if (source === undefined) return undefined;
  try {
    try {
      return await onFile(ctx, source, progress, work);
    } catch (error) {
      if (!isBusy(error) && !isUnwritable(error)) throw error;
      const old = await onOldFile(source, work);
      if (old === null && isBusy(error)) throw error;
      if (old === null) return await inMemory(ctx, source, progress, work);
      const reason = explainIndexFault(error, source);
      const why = reason instanceof Error ? reason.message : String(reason);
      ctx.warnings.push(`new events were not searched: ${why}`);
      return old.value;
    }
  } catch (error) {
    throw explainIndexFault(error, source);
  }
}

/**
 * Erases the text of deleted sessions from the index file, once the deletion is committed. Does nothing
 * without an index, and only warns if it fails.
 */
export async function eraseDeletedFromIndex(
  ctx: Pick<Context, "now" | "warnings">,
  store: Store,
): Promise<void> {
  const path = store.databasePath;
  if (!hasIndexFile(path)) return;
  try {
    const source = await store.read((view) => sourceOf(view, path));
    if (source === undefined) return removeIndex(path);
    const lookAtAll = (db: Connection) => change(db, source.waitMs, () => setChecked(db, 0));
    await onFile(ctx, source, SILENT, lookAtAll);
    await onFile(ctx, source, SILENT, (db) => eraseDeletedText(db, source.waitMs));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    ctx.warnings.push(
      `the search index may still hold deleted text; you can remove ${indexPath(path)}: ${why}`,
    );
  }
}
