import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { titleOf } from "../store/rows.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { Found, FoundSession, Hit } from "./hits.ts";
import type { Query } from "./query.ts";
import { SNIPPET_CELLS, snippet } from "./snippet.ts";

const MIN_TITLE_CELLS = 10;
const MIN_PROJECT_CELLS = 5;

/** How to print the results. */
interface Page {
  readonly query: Query;
  /** The most sessions that were asked for. */
  readonly limit: number;
  readonly style: Style;
  /** The terminal's width; undefined if there is none, and then only hits are cut. */
  readonly columns: number | undefined;
}

function hitLine(hit: Hit, width: number, { query, style, columns }: Page): string {
  const lead = `  ${hit.createdLocal}  ${escapeControls(hit.type).padEnd(width)}  `;
  const room = Math.max(20, (columns ?? SNIPPET_CELLS) - lead.length - 2);
  const marked = snippet(hit.content, query.wanted, room).map(({ text, isMatch }) =>
    isMatch ? style.bold(style.yellow(escapeControls(text))) : escapeControls(text),
  );
  return `${style.dim(lead)}${marked.join("")}`;
}

/** A session's title and facts, in `cells` if possible. The title is cut first. */
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

export function searchText({ sessions, hasMore }: Found, page: Page): string {
  if (sessions.length === 0 && !hasMore) return "No matches.\n";
  const more = hasMore ? `, and there are more: \`--limit ${Math.max(page.limit, 1) * 2}\`` : "";
  return [
    ...sessions.flatMap((session) => sessionLines(session, page)),
    `${counted(sessions.length, "session")}${more}\n`,
  ].join("\n");
}
