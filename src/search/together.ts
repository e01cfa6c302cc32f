import type { Context } from "../context.ts";
import type { ReadStore, ReadStores } from "../machines/model.ts";
import { withStores } from "../machines/stores.ts";
import { folderNames } from "../projects/folders.ts";
import type { FoundSession } from "./found.ts";
import type { HitFilter } from "./hits.ts";
import type { Query, Term } from "./query.ts";
import { type SearchResult, search } from "./search.ts";
import type { IndexProgress } from "./text-index/update.ts";

/** A search, and how it was filtered. */
interface FilteredSearch {
  readonly found: SearchResult;
  readonly filter: HitFilter;
}

type FilterFor = (ctx: Context) => Promise<HitFilter>;

async function searchOn(
  { ctx, machines }: ReadStore,
  query: Query,
  filter: HitFilter,
  progress: IndexProgress,
): Promise<SearchResult> {
  if (machines === null) return await search(ctx, query, filter, progress);
  const result = await search(ctx, query, filter, progress, (db) => machines.narrowIndex(db));
  const found = await machines.of(result.sessions.map(({ id }) => id));
  const sessions = result.sessions.map((session) => ({
    ...session,
    machine: found.get(session.id) ?? null,
  }));
  return { ...result, sessions };
}

/** How well a result fits the query: 0 is best. */
function looseness({ sessions, isExact, isLoose }: SearchResult): number {
  if (sessions.length === 0) return 3;
  return isLoose ? 2 : isExact ? 0 : 1;
}

/** The terms that were found anywhere, once each. */
function allTerms(results: readonly SearchResult[]): Term[] {
  const terms = results.flatMap(({ query }) => query.wanted);
  return [...new Map(terms.map((term) => [`${term.text} ${term.isPrefix}`, term])).values()];
}

/** What happened last in a session's best hit. */
const lastHit = ({ hits }: FoundSession) => hits[0]?.createdAt ?? "";

/** The best of each store, then the second of each: scores of two indexes can't be compared. */
function byRank(results: readonly SearchResult[]): FoundSession[] {
  return results
    .flatMap(({ sessions }) => sessions.map((session, rank) => ({ session, rank })))
    .sort((a, b) => a.rank - b.rank || (lastHit(a.session) < lastHit(b.session) ? 1 : -1))
    .map(({ session }) => session);
}

/** Makes one result of those of several stores. Where one has what was asked for, what is only like it doesn't count. */
function mergedResults(results: readonly SearchResult[], limit: number): SearchResult {
  const best = results.toSorted((a, b) => looseness(a) - looseness(b))[0] as SearchResult;
  const alike = results.filter((each) => looseness(each) === looseness(best));
  const all = byRank(alike);
  const shown = all.slice(0, limit);
  const names = folderNames(shown.map(({ folder }) => folder));
  return {
    ...best,
    query: best.isLoose ? { ...best.query, wanted: allTerms(alike) } : best.query,
    sessions: shown.map((session, index) => ({
      ...session,
      distinctProject: names[index]?.distinct ?? null,
    })),
    hasMore: all.length > limit || alike.some(({ hasMore }) => hasMore),
  };
}

/**
 * Searches several stores.
 * @param filterFor how to search a store: which folders a project has differs
 */
export async function searchStores(
  stores: ReadStores,
  query: Query,
  filterFor: FilterFor,
  progress: IndexProgress,
): Promise<FilteredSearch> {
  const [first, ...others] = stores;
  const filter = await filterFor(first.ctx);
  const found = await searchOn(first, query, filter, progress);
  if (others.length === 0) return { found, filter };
  const results = [found];
  for (const from of others) {
    results.push(await searchOn(from, query, await filterFor(from.ctx), progress));
  }
  return { found: mergedResults(results, filter.limit), filter };
}

/**
 * Searches this machine's sessions, or those of the machines that are asked for.
 * @throws UserError like `search`, and `sync_source` for a name that no machine has
 */
export async function searchTogether(
  ctx: Context,
  { machine, query }: { readonly machine: string | undefined; readonly query: Query },
  filterFor: FilterFor,
  progress: IndexProgress,
): Promise<FilteredSearch> {
  return await withStores(ctx, machine, (stores) =>
    searchStores(stores, query, filterFor, progress),
  );
}
