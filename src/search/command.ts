import { agentIdsOf } from "../agents/ids.ts";
import { command } from "../cli/command.ts";
import { countFromOne, parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { UserError } from "../errors.ts";
import { findProject } from "../projects/filter.ts";
import { LOGGED_TYPES } from "../store/events.ts";
import { eventType } from "../text/event-words.ts";
import { toTimestamp } from "../text/time.ts";
import { searchJson } from "./json.ts";
import { parseQuery } from "./query.ts";
import { search } from "./search.ts";
import { pageOf, searchText } from "./text.ts";

function typedQuery(words: readonly string[]): string {
  const typed = words.join(" ");
  if (typed.trim() !== "") return typed;
  throw new UserError("usage", "missing argument: QUERY", "`mm search --help` shows the usage");
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
      description: "What to find; one event, or one title and summary, must contain every word",
    },
    agent: options.agent,
    project: options.project,
    type: { type: "string", completes: LOGGED_TYPES, description: "Only events of this type" },
    since: options.since("Only what happened"),
    until: options.until("Only what happened"),
    limit: {
      type: "string",
      alias: "l",
      default: "10",
      description: "At most this many sessions",
      valueHint: "N",
    },
    json: options.json,
  },
  example: `mm search --project . 'parser "empty list" -windows fix*'`,
  details: [
    "Case and accents don't matter, and no query is invalid: anything but words, quotes, a leading - and a trailing * only separates words. Any part of a Korean, Japanese or Chinese text is found, even a single character. A --flag inside the quotes is a word; `mm search -- --flag` searches for it alone.",
    "Events are searched by their content and error message. The tool output that `capture: full` keeps and automatic summaries are not searched.",
    "The first search indexes everything stored so far, each later one only what is new.",
  ],
  async run(ctx, args) {
    const query = parseQuery(typedQuery(args._));
    const { since, until } = parsePeriod(args, ctx.now());
    const limit = countFromOne("--limit", args.limit);
    const filter = {
      agents: args.agent === undefined ? undefined : agentIdsOf(args.agent),
      project: args.project === undefined ? undefined : await findProject(ctx, args.project),
      type: args.type && eventType(args.type),
      since: since && toTimestamp(since),
      until: until && toTimestamp(until),
      limit,
    };
    const found = await withProgress(ctx, "Indexing", args.json, (progress) =>
      search(ctx, query, filter, progress),
    );
    const text = () => searchText(found, pageOf(ctx, query, limit));
    return { data: searchJson(found, query), text, isPaged: true };
  },
});
