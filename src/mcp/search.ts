import type { Context } from "../context.ts";
import type { Machine, ReadStores } from "../machines/model.ts";
import type { FoundSession, Hit } from "../search/found.ts";
import type { HitFilter } from "../search/hits.ts";
import { parseQuery, type Query } from "../search/query.ts";
import { toFilter } from "../search/request.ts";
import { LOOSELY, type SearchResult } from "../search/search.ts";
import { snippet } from "../search/snippet.ts";
import { SILENT } from "../search/text-index/update.ts";
import { searchStores } from "../search/together.ts";
import type { ListedSession } from "../show/list/list.ts";
import { listTogether } from "../show/machines/list.ts";
import { titleOf } from "../store/rows.ts";
import { deedWord } from "../text/event-words.ts";
import { shortPaths } from "../text/paths.ts";
import { redact } from "../text/redact.ts";
import { counted } from "../text/text.ts";
import { Budget, SEARCH_BYTES } from "./budget.ts";
import { BAR, inQuotes, LEAD, minute, stored, word } from "./fence.ts";
import type { Scoped } from "./place.ts";
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
  readonly machine: Machine | null;
}

/** Where another machine recorded it. */
function machineOf({ machine }: Line): string {
  return machine === null || machine.sourceId === null ? "" : `  on ${inQuotes(machine.name, 60)}`;
}

function head(session: Line, local: string, { isHere }: Scoped, rest: string): string {
  const { shortId, agentId, title, project } = session;
  const where = isHere || project === null ? "" : `  in ${inQuotes(project, 60)}`;
  const name = inQuotes(title ?? "(no title)", TITLE_CHARS);
  return `${word(shortId)}  ${minute(local)}  ${word(agentId)}${where}${machineOf(session)}  ${name}  ${rest}`;
}

/** What it was: of a file, what was done with it, and which if the text doesn't say it. */
function deed({ type, content, file }: Hit, root: string | null): string {
  const named = stored(deedWord(type, file?.did ?? null), 40);
  if (file === null || content.includes(file.path)) return named;
  return `${named} ${stored(shortPaths(redact(file.path), { root, home: undefined }), HIT_CELLS)}`;
}

function hitText({ content }: Hit, root: string | null, { wanted }: Query): string {
  const safe = shortPaths(redact(content), { root, home: undefined });
  const parts = snippet(safe, wanted, HIT_CELLS);
  return stored(parts.map(({ text }) => text).join(""), 2 * HIT_CELLS);
}

function found(session: FoundSession, scope: Scoped, query: Query, numbers: Numbers): Block {
  const { hits, hitCount, root, startedLocal } = session;
  const line = { ...session, title: titleOf(session), project: session.distinctProject };
  const hitLine = (hit: Hit) => {
    const number = hit.eventId === null ? "" : `#${numbers(session.id, hit.eventId)} `;
    const times = hit.times > 1 ? ` (${hit.times} times)` : "";
    return `${BAR}${number}${deed(hit, root)}: ${hitText(hit, root, query)}${times}`;
  };
  return [head(line, startedLocal, scope, counted(hitCount, "hit")), ...hits.map(hitLine)];
}

type Numbers = (session: string, eventId: number) => number;

/** Looks up the numbers of events once they are known; an event has its id in one store. */
async function numbersOf(stores: ReadStores, sessions: readonly FoundSession[]): Promise<Numbers> {
  const known = new Map<string, number>();
  for (const { ctx, machines } of stores) {
    const store = await ctx.store();
    const areOthers = machines?.areOthers === true;
    const theirs = sessions.filter(
      ({ machine }) => ((machine?.sourceId ?? null) !== null) === areOthers,
    );
    await store.read(({ db }) => {
      for (const { id, hits } of theirs) {
        for (const { eventId } of hits) {
          if (eventId !== null) known.set(`${id} ${eventId}`, numberOf(db, id, eventId));
        }
      }
    });
  }
  return (session, eventId) => known.get(`${session} ${eventId}`) ?? 0;
}

/** How many sessions elsewhere the query finds; nothing where these are searched anyway, or are nobody's business. */
async function elsewhere(query: Query, filter: HitFilter, scope: Scoped): Promise<string> {
  const { stores, tellsOfOthers, filters } = scope;
  if (!tellsOfOthers) return "";
  const filterFor = async (from: Context) => ({
    ...filter,
    project: filters.get(from),
    isElsewhere: true,
    limit: MOST,
  });
  const { found: others } = await searchStores(stores, query, filterFor, SILENT);
  const { sessions, hasMore } = others;
  return sessions.length === 0
    ? ""
    : ` In other projects ${sessions.length}${hasMore ? " or more" : " more"}: project:"*"`;
}

function lead({ isExact, isLoose, query }: SearchResult): string | null {
  if (isLoose) return LOOSELY;
  const last = query.wanted.at(-1)?.text ?? "";
  return isExact ? null : `No exact match; words that begin with ${inQuotes(last, 60)}:`;
}

async function bySearch(asked: Sought, filter: HitFilter, scope: Scoped) {
  const { stores, filters } = scope;
  const query = parseQuery(asked.query ?? "");
  const filterFor = async (from: Context) => ({ ...filter, project: filters.get(from) });
  const { found: result } = await searchStores(stores, query, filterFor, SILENT);
  const { sessions, hasMore } = result;
  const numbers = await numbersOf(stores, sessions);
  const blocks = sessions.map((session) => found(session, scope, result.query, numbers));
  // Where there is more here, nobody needs to know of more elsewhere, which costs a second search.
  const others = hasMore ? "" : await elsewhere(query, filter, scope);
  return { blocks, hasMore, note: lead(result), others };
}

function listed(session: ListedSession, scope: Scoped): Block {
  const { activeLocal, eventCount, project, state } = session;
  const line = { ...session, title: titleOf(session), project: project?.distinct ?? null };
  const live = state === "ended" ? "" : `, ${state}`;
  return [head(line, activeLocal, scope, counted(eventCount, "event") + live)];
}

async function byTime(filter: HitFilter, scope: Scoped) {
  const { stores, filters } = scope;
  const { exceptSession, since, limit } = filter;
  const filterFor = async (from: Context) => ({
    activeOnly: false,
    project: filters.get(from),
    since,
    // One more for the asker's own, and one to see whether there are more.
    limit: limit + 2,
    order: "active" as const,
  });
  const extras = { shortIds: true, resumeCommands: false, usage: false, total: false };
  const { listing } = await listTogether(stores, filterFor, extras);
  const others = listing.sessions.filter(({ id }) => id !== exceptSession);
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
  asked: Sought,
  scope: Scoped,
  own: string | undefined,
): Promise<string> {
  const { file, since, limit = USUAL_LIMIT } = asked;
  const nothing = { agent: undefined, project: undefined, type: undefined, until: undefined };
  const typed = await toFilter(scope.stores[0].ctx, {
    ...nothing,
    file,
    since,
    limit: String(limit),
  });
  const filter = { ...typed, exceptSession: own, exceptRecall: true };
  const isSearch = asked.query !== undefined || file !== undefined;
  const result = isSearch ? await bySearch(asked, filter, scope) : await byTime(filter, scope);
  if (result.blocks.length > 0) return answer(result, limit, result.others);
  const where = scope.isHere ? " in this project" : "";
  return isSearch
    ? `Nothing found${where}. Try other or fewer words.${result.others}`
    : `No earlier session is recorded${where}.`;
}
