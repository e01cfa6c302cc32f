import { command } from "../cli/command.ts";
import { fit } from "../cli/fit.ts";
import { count, parsePeriod } from "../cli/numbers.ts";
import { type Progress, startProgress } from "../cli/progress.ts";
import { type Style, styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findProject } from "../store/project.ts";
import { titleOf } from "../store/rows.ts";
import { escapeControls } from "../text/text.ts";
import { toTimestamp } from "../text/time.ts";
import type { Found, FoundSession, Hit } from "./hits.ts";
import { parseQuery, type Query } from "./query.ts";
import { search } from "./search.ts";
import { type SnippetPart, snippet } from "./snippet.ts";

/** How much of a hit is shown, in cells, where no terminal is narrower. */
const SNIPPET_CELLS = 160;
const MIN_TITLE_CELLS = 10;
const MIN_PROJECT_CELLS = 5;

/** From and up to where the matches stand in a snippet, in code points. */
function highlights(parts: readonly SnippetPart[]): [number, number][] {
  let at = 0;
  return parts.flatMap(({ text, isMatch }) => {
    const start = at;
    at += [...text].length;
    return isMatch ? [[start, at] as [number, number]] : [];
  });
}

function toJsonHit(hit: Hit, query: Query) {
  const parts = snippet(hit.content, query.wanted, SNIPPET_CELLS);
  return {
    event_id: hit.eventId,
    event_type: hit.type,
    created_at: hit.createdAt,
    snippet: parts.map(({ text }) => text).join(""),
    highlights: highlights(parts),
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
  };
}

interface Page {
  readonly query: Query;
  readonly style: Style;
  readonly cells: number;
  /** Of the terminal; undefined where nothing but a hit is cut. */
  readonly columns: number | undefined;
}

function hitLine(hit: Hit, width: number, { query, style, cells }: Page): string {
  const lead = `  ${hit.createdLocal}  ${escapeControls(hit.type).padEnd(width)}  `;
  const room = Math.max(20, cells - lead.length - 2);
  const marked = snippet(hit.content, query.wanted, room).map(({ text, isMatch }) =>
    isMatch ? style.bold(style.yellow(escapeControls(text))) : escapeControls(text),
  );
  return `${style.dim(lead)}${marked.join("")}`;
}

/** A session's title and what else is known of it, in so many cells if possible: the title gives way first. */
function titleAndFacts(session: FoundSession, cells: number): readonly [string, string] {
  const { agentId, project, startedLocal } = session;
  const title = escapeControls(titleOf(session) ?? "(no title)");
  const name = escapeControls(project ?? "");
  const facts = (shown: string) =>
    [escapeControls(agentId), shown, escapeControls(startedLocal)].filter(Boolean).join(" · ");
  const others = Bun.stringWidth(facts(name)) - Bun.stringWidth(name);
  const shown = facts(fit(name, Math.max(MIN_PROJECT_CELLS, cells - MIN_TITLE_CELLS - others)));
  return [fit(title, Math.max(MIN_TITLE_CELLS, cells - Bun.stringWidth(shown))), shown];
}

function headOf(session: FoundSession, { style, columns }: Page): string {
  const id = escapeControls(session.shortId);
  const gaps = 4;
  const cells = (columns ?? Number.MAX_SAFE_INTEGER) - Bun.stringWidth(id) - gaps;
  const [title, facts] = titleAndFacts(session, cells);
  return [style.cyan(id), style.bold(title), style.dim(facts)].join("  ");
}

function sessionLines(session: FoundSession, page: Page): string[] {
  const { style } = page;
  const more = session.hitCount - session.hits.length;
  const width = Math.max(...session.hits.map(({ type }) => escapeControls(type).length));
  return [
    headOf(session, page),
    ...session.hits.map((hit) => hitLine(hit, width, page)),
    ...(more > 0 ? [style.dim(`  … ${more} more in this session`)] : []),
    "",
  ];
}

function toText(ctx: Context, found: Found, query: Query, limit: number): string {
  if (found.sessions.length === 0 && !found.hasMore) return "No matches.\n";
  const columns = terminalColumns(ctx);
  const page = { query, style: styleFor(ctx), cells: columns ?? SNIPPET_CELLS, columns };
  const more = found.hasMore ? `, and there are more: \`--limit ${Math.max(limit, 1) * 2}\`` : "";
  return [
    ...found.sessions.flatMap((session) => sessionLines(session, page)),
    `${found.sessions.length} session(s)${more}\n`,
  ].join("\n");
}

/** A bar for the events that are being indexed, unless nobody looks at it. */
function indexBar(ctx: Context, isSilent: boolean) {
  let bar: Progress | null = null;
  return {
    begin: (total: number) => {
      bar?.clear();
      bar = isSilent ? null : startProgress(ctx, "Indexing", total);
    },
    show: (done: number) => bar?.show(done),
    clear: () => bar?.clear(),
  };
}

function typedQuery(words: unknown): string {
  const typed = (words as string[]).join(" ");
  if (typed.trim() === "") {
    throw new UserError("usage", "missing argument: QUERY", "`mm search --help` shows the usage");
  }
  return typed;
}

export default command({
  meta: {
    name: "search",
    description: "Search what was done, decided and said: events, titles and summaries",
  },
  args: {
    query: {
      type: "positional",
      rest: true,
      dashed: true,
      valueHint: 'WORD "A PHRASE" -WITHOUT PREFIX*…',
      description: "What to find; every word must stand in the same event, or title and summary",
    } as { type: "positional" },
    agent: { type: "string", alias: "a", description: "Only this agent's", valueHint: "ID" },
    project: {
      type: "string",
      description: "Only this project's: its name, or a folder in it (`.` is the current one)",
      valueHint: "PROJECT",
    },
    type: { type: "string", description: "Only events of this type" },
    since: {
      type: "string",
      description: "Only what happened at or after a date, a date-time or a duration ago",
      valueHint: "WHEN",
    },
    until: { type: "string", description: "Only what happened before", valueHint: "WHEN" },
    limit: {
      type: "string",
      alias: "l",
      default: "10",
      description: "At most so many sessions",
      valueHint: "N",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: `mm search --project . 'parser "empty list" -windows fix*'`,
  details: [
    "Case and accents don't matter, and no query is wrong: what isn't a word, a quote, a leading - or a trailing * only separates words. Any part of a Korean, Japanese or Chinese text is found, down to one character. A --flag within the quotes is a word; `mm search -- --flag` finds it alone.",
    "Of an event, its content and what an error says are searched; not the output of tools that `capture: full` keeps, nor a summary that nobody wrote.",
    "The first search indexes all that is stored, each later one what is new.",
  ],
  async run(ctx, args) {
    const query = parseQuery(typedQuery(args._));
    const { since, until } = parsePeriod(args, ctx.now());
    const limit = count("--limit", args.limit);
    const filter = {
      agentId: args.agent,
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      type: args.type,
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
      limit,
    };
    const bar = indexBar(ctx, args.json === true);
    let found: Found;
    try {
      found = await search(ctx, query, filter, bar);
    } finally {
      bar.clear();
    }
    return {
      data: {
        sessions: found.sessions.map((session) => toJsonSession(session, query)),
        count: found.sessions.length,
        more: found.hasMore,
      },
      text: () => toText(ctx, found, query, limit),
    };
  },
});
