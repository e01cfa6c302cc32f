import type { Context } from "../context.ts";
import { type Found, findHits, type HitFilter } from "./hits.ts";
import { matchExpression, type Query } from "./query.ts";
import { onSearchIndex } from "./search.ts";
import type { IndexProgress } from "./update.ts";

const NOTHING: Found = { sessions: [], hasMore: false };

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
  const find = (db: Parameters<typeof findHits>[0]) => findHits(db, match, filter);
  return (await onSearchIndex(ctx, store, progress, find)) ?? NOTHING;
}
