import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { type Found, toFoundSessions } from "./found.ts";
import { bestGroups, type Group, type HitFilter, hitCount, SAID } from "./hits.ts";
import { asBeginning, matchExpression, type Query, withFile } from "./query.ts";
import { findSentence } from "./sentence.ts";
import type { IndexProgress } from "./text-index/update.ts";
import { onSearchIndex } from "./text-index/use.ts";

const NOTHING: Found = { sessions: [], hasMore: false };

/** What is said before sessions that only have the rarest words. */
export const LOOSELY =
  "No prompt or answer has all of these words. Sessions with the rarest of them:";

/** What a query has found. */
export interface SearchResult extends Found {
  /** The query that found it. */
  readonly query: Query;
  /** Whether it is the one that was asked; else the last word is taken for a beginning, or not all words are there. */
  readonly isExact: boolean;
  /** Whether these sessions only have the rarest words of a sentence. */
  readonly isLoose: boolean;
}

/**
 * Indexes what is new, then searches everything that is stored. If nothing matches, the last word may be the
 * beginning of one, and then the rarest words of a sentence are enough.
 * @param narrow has a connection to the index find only what is meant
 * @throws UserError `search_unavailable`, or why there is no index and none can be made
 */
export async function search(
  ctx: Context,
  query: Query,
  filter: HitFilter,
  progress: IndexProgress,
  narrow: (db: Connection) => void = () => undefined,
): Promise<SearchResult> {
  const nothing = { ...NOTHING, query, isExact: true, isLoose: false };
  const { file } = filter;
  const asked = file === undefined ? query : withFile(query, file);
  if (matchExpression(asked) === null) {
    const why = query.unwanted.length > 0 ? "only words to leave out" : "no letter or digit";
    ctx.warnings.push(`the query has ${why}, so nothing matches it`);
    return nothing;
  }
  const store = await ctx.store();
  if (!(await store.exists())) return nothing;
  const asking = { asked, hasWords: query.wanted.length > 0, filter, nowMs: ctx.now().getTime() };
  const find = async (db: Connection) => {
    narrow(db);
    return (await findBest(db, asking)) ?? nothing;
  };
  return (await onSearchIndex(ctx, store, progress, find)) ?? nothing;
}

interface Asking {
  readonly asked: Query;
  /** Whether there are words besides a file. */
  readonly hasWords: boolean;
  readonly filter: HitFilter;
  readonly nowMs: number;
}

async function findBy(db: Connection, query: Query, { filter, nowMs }: Asking): Promise<Found> {
  const match = matchExpression(query);
  if (match === null) return NOTHING;
  const countOf = ({ id }: Group) => hitCount(db, match, filter, id);
  return await toFoundSessions(db, bestGroups(db, match, filter, nowMs), filter.limit, countOf);
}

/** Whether somebody said the words, so that nobody has to look further than what tools did. */
function isEnough({ sessions }: Found, { type, file }: HitFilter): boolean {
  if (type !== undefined || file !== undefined) return sessions.length > 0;
  return sessions.some(({ hits }) => hits.some((hit) => SAID.includes(hit.type)));
}

/** What has all the words or, if that isn't enough, what the words may have meant; null if nothing. */
async function findBest(db: Connection, asking: Asking): Promise<SearchResult | null> {
  const { asked, hasWords, filter, nowMs } = asking;
  const exact = await findBy(db, asked, asking);
  const isFound = exact.sessions.length > 0;
  const found = { ...exact, query: asked, isExact: true, isLoose: false };
  if (isEnough(exact, filter)) return found;
  const beginning = hasWords && !isFound ? asBeginning(asked) : null;
  if (beginning !== null) {
    const more = await findBy(db, beginning, asking);
    if (more.sessions.length > 0) return { ...found, ...more, query: beginning, isExact: false };
  }
  const said = await findSentence(db, asked, filter, nowMs);
  if (said !== null) return { ...said, isExact: false, isLoose: true };
  return isFound ? found : null;
}
