import { shortAgent } from "../agents/short-name.ts";
import { fit } from "../cli/fit.ts";
import { type Style, styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { machineNames } from "../machines/text.ts";
import { shortFolder } from "../projects/folders.ts";
import { titleOf } from "../store/rows.ts";
import { formatAge } from "../text/duration.ts";
import { eventWord } from "../text/event-words.ts";
import { shortPaths } from "../text/paths.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { FoundSession, Hit } from "./found.ts";
import type { Query } from "./query.ts";
import { LOOSELY, type SearchResult } from "./search.ts";
import { SNIPPET_CELLS, snippet } from "./snippet.ts";

const MIN_TITLE_CELLS = 10;
const LEAST_CELLS = 10;
const MIN_PROJECT_CELLS = 5;

/** How to print the results. */
interface Page {
  readonly query: Query;
  /** The most sessions that were asked for. */
  readonly limit: number;
  readonly style: Style;
  /** The terminal's width; undefined if there is none, and then only hits are cut. */
  readonly columns: number | undefined;
  readonly now: Date;
  readonly home: string | undefined;
}

export function pageOf(
  ctx: Pick<Context, "env" | "now" | "terminal">,
  query: Query,
  limit: number,
): Page {
  const columns = terminalColumns(ctx);
  return { query, limit, style: styleFor(ctx), columns, now: ctx.now(), home: ctx.env.HOME };
}

/** A stored time as an age; on a terminal only, since what is in a file grows older. */
function when(stored: string, local: string, { now, columns }: Page): string {
  const at = Date.parse(stored);
  if (columns === undefined || Number.isNaN(at)) return local;
  return `${formatAge(now.getTime() - at)} ago`;
}

const wordOf = (hit: Hit) => escapeControls(eventWord(hit.type));

interface Widths {
  readonly time: number;
  readonly word: number;
}

function hitLine(hit: Hit, session: FoundSession, widths: Widths, page: Page): string {
  const { query, style, columns, home } = page;
  const time = when(hit.createdAt, hit.createdLocal, page);
  const lead = `  ${time.padStart(widths.time)}  ${wordOf(hit).padEnd(widths.word)}  `;
  const gap = hit.times === 1 ? 2 : 5;
  const room = Math.max(LEAST_CELLS, (columns ?? SNIPPET_CELLS) - lead.length - gap);
  const content = shortPaths(hit.content, { root: session.root, home });
  const marked = snippet(content, query.wanted, room).map(({ text, isMatch }) =>
    isMatch ? style.bold(style.yellow(escapeControls(text))) : escapeControls(text),
  );
  const times = hit.times === 1 ? "" : style.dim(` ×${hit.times}`);
  return `${style.dim(lead)}${marked.join("")}${times}`;
}

/** A session, and the name of its machine where others are beside it. */
interface Shown {
  readonly session: FoundSession;
  readonly machine: string;
}

/** A session's title and facts, in `cells` if possible. The title is cut first. */
function titleAndFacts(
  { session, machine }: Shown,
  cells: number,
  page: Page,
): readonly [string, string] {
  const { agentId, distinctProject, startedLocal } = session;
  const started = when(session.startedAt, startedLocal, page);
  const title = escapeControls(titleOf(session) ?? "(no title)");
  const name = escapeControls(distinctProject ?? "");
  const facts = (shown: string) =>
    [machine, shortAgent(agentId), shown, started].map(escapeControls).filter(Boolean).join(" · ");
  const others = Bun.stringWidth(facts(name)) - Bun.stringWidth(name);
  const room = cells - MIN_TITLE_CELLS - others;
  // On a narrow terminal the title has more to say than two letters of the project.
  const shown = facts(room < MIN_PROJECT_CELLS ? "" : fit(shortFolder(name, room), room));
  return [fit(title, Math.max(MIN_TITLE_CELLS, cells - Bun.stringWidth(shown))), shown];
}

function headOf(shown: Shown, page: Page): string {
  const { style, columns } = page;
  const { session } = shown;
  const id = escapeControls(session.shortId);
  const gaps = 4;
  const cells = (columns ?? Number.MAX_SAFE_INTEGER) - Bun.stringWidth(id) - gaps;
  const [title, facts] = titleAndFacts(shown, cells, page);
  return [style.cyan(id), style.bold(title), style.dim(facts)].join("  ");
}

function sessionLines(shown: Shown, page: Page): string[] {
  const { style } = page;
  const { session } = shown;
  const more = session.hitCount - session.hits.reduce((sum, { times }) => sum + times, 0);
  const widths = {
    time: Math.max(
      ...session.hits.map((hit) => when(hit.createdAt, hit.createdLocal, page).length),
    ),
    word: Math.max(...session.hits.map((hit) => wordOf(hit).length)),
  };
  return [
    headOf(shown, page),
    ...session.hits.map((hit) => hitLine(hit, session, widths, page)),
    ...(more > 0 ? [style.dim(`  … ${more} more in this session`)] : []),
    "",
  ];
}

/** Says that the last word was taken for a beginning, or that not all words are there. */
function lead({ query, isExact, isLoose }: SearchResult): string[] {
  const word = query.wanted.at(-1)?.text ?? "";
  if (isLoose) return [LOOSELY, ""];
  return isExact ? [] : [`No exact match; words that begin with "${escapeControls(word)}":`, ""];
}

export function searchText(result: SearchResult, page: Page): string {
  const { sessions, hasMore } = result;
  if (sessions.length === 0 && !hasMore) return "No matches.\n";
  const machines = machineNames(sessions);
  const more = hasMore ? ` · more: --limit ${Math.max(page.limit, 1) * 2}` : "";
  return [
    ...lead(result),
    ...sessions.flatMap((session, index) =>
      sessionLines({ session, machine: machines[index] ?? "" }, page),
    ),
    `${counted(sessions.length, "session")}${more}\n`,
  ].join("\n");
}
