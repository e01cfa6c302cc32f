import { machineJson } from "../machines/json.ts";
import { titleOf } from "../store/rows.ts";
import { redact } from "../text/redact.ts";
import type { FoundSession, Hit } from "./found.ts";
import type { Query } from "./query.ts";
import type { SearchResult } from "./search.ts";
import { SNIPPET_CELLS, type SnippetPart, snippet } from "./snippet.ts";

/** The start and end of each match in a snippet, in code points. */
function highlights(parts: readonly SnippetPart[]): [number, number][] {
  let at = 0;
  return parts.flatMap(({ text, isMatch }) => {
    const start = at;
    at += [...text].length;
    return isMatch ? [[start, at] as [number, number]] : [];
  });
}

function toJsonHit(hit: Hit, query: Query) {
  // Of a secret, a snippet may have a part that nobody could tell.
  const parts = snippet(redact(hit.content), query.wanted, SNIPPET_CELLS);
  return {
    event_id: hit.eventId,
    event_type: hit.type,
    file: hit.file === null ? null : redact(hit.file.path),
    did: hit.file?.did ?? null,
    created_at: hit.createdAt,
    snippet: parts.map(({ text }) => text).join(""),
    highlights: highlights(parts),
    times: hit.times,
  };
}

function toJsonSession(session: FoundSession, query: Query) {
  return {
    id: session.id,
    agent_id: session.agentId,
    project: session.project,
    title: titleOf(session),
    started_at: session.startedAt,
    ended_at: session.endedAt,
    match_count: session.hitCount,
    matches: session.hits.map((hit) => toJsonHit(hit, query)),
    ...machineJson(session.machine),
  };
}

export function searchJson({ sessions, hasMore, query, isExact, isLoose }: SearchResult) {
  return {
    sessions: sessions.map((session) => toJsonSession(session, query)),
    count: sessions.length,
    more: hasMore,
    exact: isExact,
    loose: isLoose,
  };
}
