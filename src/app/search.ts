import type { Context } from "../context.ts";
import { matchExpression, type Query } from "../domain/search-query.ts";
import { UserError } from "../errors.ts";
import { type Found, findHits, type HitFilter } from "../store/search-hits.ts";
import type { Store } from "../store/store.ts";
import { type IndexProgress, updateSearchIndex } from "./update-search-index.ts";

const NOTHING: Found = { sessions: [], hasMore: false };

const CANT_WRITE: ReadonlySet<string> = new Set(["database_locked", "database_unwritable"]);

/** Why the index couldn't be brought up to date, where that leaves one that can be searched. */
async function update(
  ctx: Context,
  store: Store,
  progress: IndexProgress,
): Promise<UserError | null> {
  try {
    await updateSearchIndex(ctx, store, progress);
    return null;
  } catch (error) {
    if (error instanceof UserError && CANT_WRITE.has(error.code)) return error;
    throw error;
  }
}

/**
 * Searches all that is stored, after what is new has been indexed.
 * @throws UserError where nothing is indexed and nothing can be, `search_unavailable`
 */
export async function search(
  ctx: Context,
  query: Query,
  filter: HitFilter,
  progress: IndexProgress,
): Promise<Found> {
  const match = matchExpression(query);
  if (match === null) {
    const why = query.unwanted.length > 0 ? "only words to leave out" : "no letter or digit";
    ctx.warnings.push(`the query has ${why}, so nothing matches it`);
    return NOTHING;
  }
  const store = await ctx.store();
  if (!(await store.exists())) return NOTHING;
  const failure = await update(ctx, store, progress);
  const found = await store.read((view) => findHits(view, match, filter));
  if (found === undefined) return NOTHING;
  if (failure === null) return found ?? NOTHING;
  if (found === null) throw failure;
  ctx.warnings.push(`what is new was not searched, since ${failure.message}`);
  return found;
}
