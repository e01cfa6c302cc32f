import { countFromOne, parsePeriod } from "../../cli/numbers.ts";
import { localMinuteOf } from "../../cli/sql.ts";
import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { FoundSession, Hit } from "../../search/found.ts";
import type { Query } from "../../search/query.ts";
import type { SearchResult } from "../../search/search.ts";
import { toTimestamp } from "../../text/time.ts";
import { likePattern, likeText } from "../like.ts";
import { withRemote } from "../remote/connect.ts";
import { readServer } from "../remote/schema/schema.ts";
import { machineName } from "../replica/names.ts";
import { listSources } from "../replica/sources.ts";
import { readSyncSettings } from "../source/home.ts";
import * as statements from "./statements.ts";

const MOST_EVENTS = 50;
const SHORT_ID = 8;

/** What was typed for a search on the server. */
export interface TypedSearch {
  readonly project: string | undefined;
  readonly since: string | undefined;
  readonly limit: string;
  /** Those that only this machine's index can answer. */
  readonly agent: string | undefined;
  readonly type: string | undefined;
  readonly file: string | undefined;
  readonly until: string | undefined;
  readonly machine: string | undefined;
}

interface Row {
  readonly session_id: string;
  readonly source_id: string;
  readonly title: string | null;
  readonly summary: string | null;
  readonly project: string | null;
  readonly agent_id: string;
  readonly namespace: string | null;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly seq: string;
  readonly type: string;
  readonly content: string;
  readonly at_ms: number | null;
}

const stored = (ms: number | null) => (ms === null ? "" : toTimestamp(new Date(ms)));
const local = (ms: number | null) => (ms === null ? "" : localMinuteOf(ms / 1000));

function hitOf(row: Row): Hit {
  return {
    eventId: Number(row.seq),
    type: row.type,
    createdAt: stored(row.at_ms),
    createdLocal: local(row.at_ms),
    content: row.content,
    // The server is asked for the text alone.
    file: null,
    times: 1,
  };
}

/** @param name the machine's */
function sessionOf(rows: readonly Row[], first: Row, name: string): FoundSession {
  const project = first.project ?? "";
  return {
    id: first.session_id,
    shortId: first.session_id.slice(0, SHORT_ID),
    agentId: first.agent_id,
    startedAt: stored(first.started_ms),
    startedLocal: local(first.started_ms),
    endedAt: first.ended_ms === null ? null : stored(first.ended_ms),
    summary: first.summary,
    metadata: first.title === null ? {} : { title: first.title },
    namespace: first.namespace ?? "default",
    project: first.project,
    distinctProject: project === "" ? name : `${project} on ${name}`,
    folder: first.project,
    machine: null,
    root: null,
    hitCount: rows.length,
    hits: rows.map(hitOf),
  };
}

/** @throws UserError `usage` */
function requireAnswerable({ wanted, unwanted }: Query, typed: TypedSearch): void {
  const local = (["agent", "type", "file", "until", "machine"] as const).find(
    (name) => typed[name],
  );
  if (local !== undefined || unwanted.length > 0) {
    const what = local === undefined ? "a word to leave out" : `--${local}`;
    throw new UserError(
      "usage",
      `--remote can't be combined with ${what}`,
      "`mm sync pull`, then `mm search --machine all` can",
    );
  }
  if (wanted.length === 0) throw new UserError("usage", "missing argument: QUERY");
  if (typed.project === undefined && typed.since === undefined) {
    throw new UserError(
      "usage",
      "a search of the whole server could take too long",
      "narrow the search with --project PATTERN or --since WHEN",
    );
  }
}

/** The statement, and the words as it takes them. The index knows whole words alone, so it can't find beginnings. */
function asked({ wanted }: Query, hasIndex: boolean): readonly [string, string] {
  if (hasIndex && wanted.every(({ isPrefix }) => !isPrefix)) {
    const phrases = wanted.map(({ text }) => `"${text.replaceAll('"', " ")}"`);
    return [statements.SEARCH_BY_WORD, phrases.join(" ")];
  }
  const patterns = wanted.map(({ text }) => `%${likeText(text)}%`);
  return [statements.SEARCH_BY_PATTERN, JSON.stringify(patterns)];
}

type Needs = Pick<Context, "capture" | "disk" | "env" | "now" | "sleep" | "store" | "warnings">;

/**
 * Asks the server for events that have all the words, the newest first.
 * @throws UserError `usage`, and those of the connection
 */
export async function searchRemote(
  ctx: Needs,
  query: Query,
  typed: TypedSearch,
): Promise<SearchResult> {
  requireAnswerable(query, typed);
  const limit = countFromOne("--limit", typed.limit);
  const from = parsePeriod({ since: typed.since }, ctx.now()).since?.toISOString() ?? null;
  const project = typed.project === undefined ? null : likePattern(typed.project);
  const { sources, rows } = await withRemote(ctx, await readSyncSettings(ctx), async (remote) => {
    await readServer(remote);
    const known = await listSources(remote);
    const found = await remote.transaction(async (transaction) => {
      const [index] = await transaction.query<{ has: boolean }>(statements.HAS_WORDS);
      const [statement, words] = asked(query, index?.has === true);
      return await transaction.query<Row>(statement, [words, project, from, MOST_EVENTS]);
    });
    return { sources: known, rows: found };
  });
  const names = new Map(sources.map((source) => [source.sourceId, machineName(source)]));
  const found = [...Map.groupBy(rows, (row) => row.session_id).values()];
  const sessions = found.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [sessionOf(group, first, names.get(first.source_id) ?? "")];
  });
  return {
    sessions: sessions.slice(0, limit),
    hasMore: sessions.length > limit || rows.length === MOST_EVENTS,
    query,
    isExact: true,
    isLoose: false,
  };
}
