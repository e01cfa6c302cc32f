import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { nothingFound } from "../hints/hints.ts";
import { machineOption } from "../machines/stores.ts";
import { LOGGED_TYPES } from "../store/events.ts";
import { searchJson } from "./json.ts";
import { parseQuery } from "./query.ts";
import { toFilter, typedQuery } from "./request.ts";
import { pageOf, searchText } from "./text.ts";
import { searchTogether } from "./together.ts";

export default command({
  meta: {
    name: "search",
    description: "Search what was done, decided and said: events, titles and summaries",
  },
  args: {
    query: {
      type: "positional",
      rest: true,
      required: false,
      dashed: true,
      valueHint: 'WORD "A PHRASE" -WITHOUT PREFIX*…',
      description:
        "What to find: words that one event, or one title and summary, has, or a question",
    },
    agent: options.agent,
    project: options.project,
    machine: machineOption,
    type: { type: "string", completes: LOGGED_TYPES, description: "Only events of this type" },
    file: {
      type: "string",
      completes: "file",
      description: "Only what tools did with this file: its path, or the end of it",
      valueHint: "PATH",
    },
    since: options.since("Only what happened"),
    until: options.until("Only what happened"),
    limit: {
      type: "string",
      alias: "l",
      default: "10",
      description: "At most this many sessions",
      valueHint: "N",
    },
    remote: { type: "boolean", description: "Search the server of `mm sync` for all the words" },
    json: options.json,
  },
  example: `mm search --project . 'parser "empty list" -windows fix*'`,
  details: [
    "Case and accents don't matter, and no query is invalid: anything but words, quotes, a leading - and a trailing * only separates words. Any part of a Korean, Japanese or Chinese text is found, even a single character. A --flag inside the quotes is a word; `mm search -- --flag` searches for it alone.",
    "If nothing matches, the last word is taken for the beginning of one. Of three words or more, the rarest are enough if nobody said all of them in one place; what is quoted, left out or ends in * counts as typed.",
    "Words in prompts, answers, decisions, notes and titles count more than those in what tools did, and recent ones a little more than old ones.",
    "Events are searched by their content and error message. The tool output that `capture: full` keeps and automatic summaries are not searched.",
    "The first search indexes everything stored so far, each later one only what is new.",
    "--remote shows the newest 50 events that have all words. It needs --project with a pattern such as github.com/acme/*, --since, or both, because the server may hold the events of many machines.",
  ],
  async run(ctx, args) {
    const query = parseQuery(typedQuery(args._, args.file));
    if (args.remote) {
      const { answerRemotely } = await import("../sync/search/answer.ts");
      return await answerRemotely(ctx, query, args);
    }
    const { found, filter } = await withProgress(ctx, "Indexing", args.json, (progress) =>
      searchTogether(ctx, { ...args, query }, (from) => toFilter(from, args), progress),
    );
    const asked = { ...args, words: args._.length > 0 };
    const isTold = found.sessions.length === 0 && !args.json && args.machine === undefined;
    const none = isTold ? await nothingFound(ctx, asked) : "";
    const text = () => `${searchText(found, pageOf(ctx, found.query, filter.limit))}${none}`;
    return { data: searchJson(found), text, isPaged: true };
  },
});
