import type { Context } from "../context.ts";
import type { FoundSession, Hit } from "../search/found.ts";
import type { HitFilter } from "../search/hits.ts";
import { parseQuery, type Query } from "../search/query.ts";
import { toFilter } from "../search/request.ts";
import { LOOSELY, type SearchResult, search } from "../search/search.ts";
import { snippet } from "../search/snippet.ts";
import { SILENT } from "../search/text-index/update.ts";
import { type ListedSession, listSessions } from "../show/list.ts";
import { titleOf } from "../store/rows.ts";
import { eventWord } from "../text/event-words.ts";
import { shortPaths } from "../text/paths.ts";
import { redact } from "../text/redact.ts";
import { counted } from "../text/text.ts";
import { Budget, SEARCH_BYTES } from "./budget.ts";
import { BAR, inQuotes, LEAD, minute, stored, word } from "./fence.ts";
import type { Searched } from "./place.ts";
import { numberOf } from "./sql.ts";

/** What an agent asks `search_sessions`. */
export interface Sought {
  readonly query?: string | undefined;
  readonly file?: string | undefined;
  readonly since?: string | undefined;
  readonly limit?: number | undefined;
}

const USUAL_LIMIT = 10;
const MOST = 50;
const TITLE_CHARS = 100;
const HIT_CELLS = 140;

/** The room for the last line. */
const RESERVE = 200;

/** A session with its hits, as lines. */
type Block = readonly string[];

interface Blocks {
  readonly blocks: readonly Block[];
  readonly hasMore: boolean;
  /** What is said before them, or instead of them. */
  readonly note: string | null;
}

interface Line {
  readonly shortId: string;
  readonly agentId: string;
  readonly title: string | null;
  readonly project: string | null;
}

function head(session: Line, local: string, { isHere }: Searched, rest: string): string {
  const { shortId, agentId, title, project } = session;
  const where = isHere || project === null ? "" : `  in ${inQuotes(project, 60)}`;
  const name = inQuotes(title ?? "(no title)", TITLE_CHARS);
  return `${word(shortId)}  ${minute(local)}  ${word(agentId)}${where}  ${name}  ${rest}`;
}

function hitText({ content }: Hit, root: string | null, { wanted }: Query): string {
  const safe = shortPaths(redact(content), { root, home: undefined });
  const parts = snippet(safe, wanted, HIT_CELLS);
  return stored(parts.map(({ text }) => text).join(""), 2 * HIT_CELLS);
}

function found(session: FoundSession, scope: Searched, query: Query, numbers: Numbers): Block {
  const { hits, hitCount, root, startedLocal } = session;
  const line = { ...session, title: titleOf(session), project: session.distinctProject };
  const hitLine = (hit: Hit) => {
    const number = hit.eventId === null ? "" : `#${numbers(session.id, hit.eventId)} `;
    const times = hit.times > 1 ? ` (${hit.times} times)` : "";
    return `${BAR}${number}${stored(eventWord(hit.type), 40)}: ${hitText(hit, root, query)}${times}`;
  };
  return [head(line, startedLocal, scope, counted(hitCount, "hit")), ...hits.map(hitLine)];
}

type Numbers = (session: string, eventId: number) => number;

/** Looks up the numbers of events once they are known. */
async function numbersOf(
  ctx: Pick<Context, "store">,
  sessions: readonly FoundSession[],
): Promise<Numbers> {
  const store = await ctx.store();
  const known = new Map<number, number>();
  await store.read(({ db }) => {
    for (const { id, hits } of sessions) {
      for (const { eventId } of hits) {
        if (eventId !== null) known.set(eventId, numberOf(db, id, eventId));
      }
    }
  });
  return (_, eventId) => known.get(eventId) ?? 0;
}

/** How many sessions elsewhere the query finds; 0 where all projects are searched anyway. */
async function elsewhere(
  ctx: Context,
  query: Query,
  filter: HitFilter,
  { isHere, filter: project }: Searched,
): Promise<string> {
  if (!isHere || project === undefined) return "";
  const others = { ...filter, project, isElsewhere: true, limit: MOST };
  const { sessions, hasMore } = await search(ctx, query, others, SILENT);
  return sessions.length === 0
    ? ""
    : ` In other projects ${sessions.length}${hasMore ? " or more" : " more"}: project:"*"`;
}

function lead({ isExact, isLoose, query }: SearchResult): string | null {
  if (isLoose) return LOOSELY;
  const last = query.wanted.at(-1)?.text ?? "";
  return isExact ? null : `No exact match; words that begin with ${inQuotes(last, 60)}:`;
}

async function bySearch(ctx: Context, asked: Sought, filter: HitFilter, scope: Searched) {
  const query = parseQuery(asked.query ?? "");
  const result = await search(ctx, query, { ...filter, project: scope.filter }, SILENT);
  const { sessions, hasMore } = result;
  const numbers = await numbersOf(ctx, sessions);
  const blocks = sessions.map((session) => found(session, scope, result.query, numbers));
  // Where there is more here, nobody needs to know of more elsewhere, which costs a second search.
  const others = hasMore ? "" : await elsewhere(ctx, query, filter, scope);
  return { blocks, hasMore, note: lead(result), others };
}

function listed(session: ListedSession, scope: Searched): Block {
  const { activeLocal, eventCount, project, state } = session;
  const line = { ...session, title: titleOf(session), project: project?.distinct ?? null };
  const live = state === "ended" ? "" : `, ${state}`;
  return [head(line, activeLocal, scope, counted(eventCount, "event") + live)];
}

async function byTime(ctx: Context, filter: HitFilter, scope: Searched) {
  const { exceptSession, since, limit } = filter;
  // One more for the asker's own, and one to see whether there are more.
  const request = {
    activeOnly: false,
    project: scope.filter,
    since,
    limit: limit + 2,
    order: "active",
  } as const;
  const extras = { shortIds: true, resumeCommands: false, usage: false };
  const { sessions } = await listSessions(ctx, request, extras);
  const others = sessions.filter(({ id }) => id !== exceptSession);
  const shown = others.slice(0, limit);
  const blocks = shown.map((session) => listed(session, scope));
  return { blocks, hasMore: others.length > limit, note: null, others: "" };
}

function last(shown: number, { blocks, hasMore }: Blocks, limit: number, others: string): string {
  const left = blocks.length - shown;
  const sum = counted(shown, "session");
  if (left > 0) return `${sum}; ${left} more don't fit: give more words, file or since.${others}`;
  const more = Math.min(limit * 2, MOST);
  if (!hasMore) return `${sum}.${others}`;
  return more > limit
    ? `${sum}. More: limit ${more}${others}`
    : `${sum}; there are more: give more words, file or since.${others}`;
}

function answer(found: Blocks, limit: number, others: string): string {
  const budget = new Budget(SEARCH_BYTES);
  budget.takes([LEAD, ...(found.note === null ? [] : [found.note])]);
  let shown = 0;
  for (const block of found.blocks) {
    if (!budget.takes(block, RESERVE)) break;
    shown++;
  }
  budget.takes([last(shown, found, limit, others)]);
  return budget.text();
}

/** Finds sessions by words or a file, or lists the newest. @throws UserError, Declined */
export async function searchSessions(
  ctx: Context,
  asked: Sought,
  scope: Searched,
  own: string | undefined,
): Promise<string> {
  const { file, since, limit = USUAL_LIMIT } = asked;
  const nothing = { agent: undefined, project: undefined, type: undefined, until: undefined };
  const typed = await toFilter(ctx, { ...nothing, file, since, limit: String(limit) });
  const filter = { ...typed, exceptSession: own, exceptRecall: true };
  const isSearch = asked.query !== undefined || file !== undefined;
  const result = isSearch
    ? await bySearch(ctx, asked, filter, scope)
    : await byTime(ctx, filter, scope);
  if (result.blocks.length > 0) return answer(result, limit, result.others);
  const where = scope.isHere ? " in this project" : "";
  return isSearch
    ? `Nothing found${where}. Try other or fewer words.${result.others}`
    : `No earlier session is recorded${where}.`;
}
